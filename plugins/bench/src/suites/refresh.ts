import { inNetwork } from '../network/in-network.js';
import { higher, lower, told } from './figures.js';
import type { Suite } from './suite.js';

/** Standard load: every node makes one lookup in so many seconds. */
const secondsPerLookup = 10;
/** How long it is watched in one repetition. */
const windowSeconds = 4;
/** Of a repetition in a short run, as a share of the budget. */
const windowShare = 0.2;

export const refresh: Suite = {
  id: 'refresh',
  title: 'Refresh',
  about:
    'Share of all datagrams of a real network that refresh causes, under the standard load of one lookup a node in 10 s.',
  seconds: 18,
  noise: 0.05,
  run: (context) => {
    const overSeconds = Math.min(windowSeconds, (windowShare * context.budgetMs) / 1000);
    return inNetwork(
      {
        id: 'refresh',
        repetitions: { min: 3, max: 4 },
        figures: [
          ...lower(null, ['overhead', 'Datagrams that refresh caused', 'percent']),
          ...higher(null, ['recall', 'Recall of the K nearest', 'ratio']),
          ...told(
            ['loss', 'Requests that living nodes left unanswered', 'percent'],
            ['latency', 'Request, p95', 'ms'],
          ),
        ],
        warmUp: ({ client }, signal) => client.lookup({ count: 20 }, signal),
        measure: async ({ client }, signal) => {
          const count = Math.max(1, Math.round((context.workers * overSeconds) / secondsPerLookup));
          const load = { count, overSeconds, seed: context.seed };
          const { refreshDatagrams, datagrams, recall, lossPercent, rpcLatencyMs } = await client.lookup(
            load,
            signal,
          );
          return {
            values: {
              overhead: (100 * refreshDatagrams) / Math.max(1, datagrams),
              recall,
              loss: lossPercent,
              latency: rpcLatencyMs.p95,
            },
          };
        },
      },
      context,
    );
  },
};
