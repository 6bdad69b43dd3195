import { EnvironmentError } from '@cqkd/harness';
import type { NodeReport } from '@cqkd/node/control';
import type { Action } from './action.js';
import { liftFilters } from './lift-filters.js';
import type { Means, Patient } from './means.js';

type NodeAction = Extract<Action, { by: 'node' }>;

/** By the nodes: each host lifts it by itself after its time, also when everybody else is gone. */
export const byNode: Means<NodeAction> = {
  inject: async ({ request }, { client, id, ttlSeconds, signal }) => {
    const { hosts } = await client.putFault({ ...request, id, ttlSeconds }, signal);
    const [refused] = Object.entries(hosts).filter(([, answer]) => answer !== 'applied');
    if (refused)
      throw new EnvironmentError(`Host ${refused[0]} did not take the fault (${refused[1]}): it is lifted`);
  },
  heal: async (action, patient, { revive }) => {
    const { client, id, signal } = patient;
    await liftFilters(patient, id);
    const names = namesDown(action, revive);
    if (names.size === 0) return;
    const { hosts } = await client.network(signal);
    for (const { name, state } of hosts.flatMap(({ nodes }) => nodes))
      if (names.has(name) && isAway(state)) await client.restartNode(name, signal);
  },
  isOn: async ({ fleeting = false }, { client, id, signal }: Patient) =>
    fleeting || (await client.faults(signal)).some((fault) => fault.id === id),
};

/** Nodes that lifting does not bring up: those that are to stay down, and of a fleeting one those that found no place. */
function namesDown({ request, fleeting }: NodeAction, revive: boolean): Set<string> {
  const down = (request.down ?? []).filter(({ keep = false }) => fleeting || (keep && revive));
  return new Set(down.flatMap(({ group }) => request.groups[group] ?? []));
}

function isAway(state: NodeReport['state']): boolean {
  return state === 'left' || state === 'failed';
}
