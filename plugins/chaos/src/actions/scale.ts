import type { Action } from './action.js';
import type { Means } from './means.js';

/** The network grows, and shrinks again. */
export const byScale: Means<Extract<Action, { by: 'scale' }>> = {
  inject: ({ workers }, { scale, signal }) => scale(workers, signal),
  heal: async ({ workers, previousWorkers }, { client, scale, signal }) => {
    const { tiers } = await client.network(signal, { nodes: false });
    const planned = tiers.worker?.total;
    // Somebody has given it another size since: that one is meant.
    if (planned === workers || planned === previousWorkers) await scale(previousWorkers, signal);
  },
  isOn: async ({ workers }, { client, signal }) => {
    const { tiers } = await client.network(signal, { nodes: false });
    return tiers.worker?.total === workers;
  },
};
