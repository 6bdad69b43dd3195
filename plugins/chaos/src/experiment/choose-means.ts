import { type Driver, UsageError } from '@cqkd/harness';
import type { Action } from '../actions/action.js';

/** How a fault will be applied, and what is to be said of that. */
export interface ChosenMeans {
  actions: Action[];
  notes: string[];
}

/**
 * Cuts are made by the kernel where the driver has a filter in it, else by the nodes' own filter.
 *
 * @throws UsageError when the kernel was asked for by name and can't
 */
export async function chooseMeans(
  actions: readonly Action[],
  driver: Driver,
  { via, signal }: { via?: 'kernel' | 'node' | undefined; signal: AbortSignal },
): Promise<ChosenMeans> {
  if (!actions.some(({ by }) => by === 'kernel')) return { actions: [...actions], notes: [] };
  if (via === 'node') return { actions: actions.map(byNode), notes: [] };
  const why = driver.kernel
    ? await driver.kernel.whyNot(signal)
    : `the driver ${driver.name} has no filter in the kernel`;
  if (why === null) return { actions: [...actions], notes: [] };
  if (via === 'kernel') throw new UsageError(`--via kernel is not possible here: ${why}; use --via node`);
  // Processes have never had one: nothing is missing.
  const notes = driver.kernel ? [noteOf(why)] : [];
  return { actions: actions.map(byNode), notes };
}

/** The same cut by the nodes' own filter. */
export function byNode(action: Action): Action {
  if (action.by !== 'kernel') return action;
  const { groups, deaf } = action;
  return { by: 'node', request: { groups, deaf } };
}

export function noteOf(why: string): string {
  return `cut by the nodes' own filter, not in the kernel: ${why}`;
}
