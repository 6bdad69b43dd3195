import type { FaultPlan } from '../faults/fault-plan.js';
import type { Picture } from '../picture.js';

/** Names of nodes that a fault ends, and of those among them that do not come back by themselves. */
export interface Casualties {
  died: ReadonlySet<string>;
  gone: ReadonlySet<string>;
}

/** Who dies by a fault: such nodes lose all values they hold. */
export function casualtiesOf({ actions }: FaultPlan, { nodes }: Picture): Casualties {
  const died = new Set<string>();
  const gone = new Set<string>();
  const note = (names: readonly string[], keep: boolean) => {
    for (const name of names) {
      died.add(name);
      if (keep) gone.add(name);
    }
  };
  for (const action of actions) {
    if (action.by === 'crash') {
      const hosts = new Set(action.hosts);
      const names = nodes.filter(({ host }) => hosts.has(host)).map(({ name }) => name);
      note(names, action.keep);
    } else if (action.by === 'node') {
      const { groups, down = [], churn = [] } = action.request;
      for (const { group, keep = false } of down) note(groups[group] ?? [], keep);
      for (const { group } of churn) note(groups[group] ?? [], false);
    }
  }
  return { died, gone };
}
