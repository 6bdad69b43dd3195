import { setTimeout as delay } from 'node:timers/promises';
import { type NetworkHandle, subjectOf } from '@cqkd/harness';
import { inNetwork, type NetworkRound } from '../network/in-network.js';
import { higher, lower, told } from './figures.js';
import type { Suite } from './suite.js';

/** Lookups at a time in the whole network. */
const concurrency = 64;
const repetitions = { min: 3, max: 6 };
/** Share of the budget for watching the network at rest. */
const restShare = 0.25;
/** The shortest rest that tells anything. Milliseconds. */
const minRestMs = 2000;
/** Lookups of one load for each worker: a load of a second or more. */
const lookupsPerWorker = 2;
const minLookups = 200;

/**
 * What a request costs in a real network of processes, beside what raw UDP costs at the same moment: ratios, which hold
 * on any day and any machine of a kind.
 */
export const deployed: Suite = {
  id: 'deployed',
  title: 'Deployed network',
  about: `CPU of a request in a real network, in raw UDP requests: at rest, and with ${concurrency} lookups at a time.`,
  seconds: 16,
  noise: 0.06,
  run: (context) => {
    const restMs = Math.max(minRestMs, (restShare * context.budgetMs) / repetitions.max);
    const lookups = Math.max(minLookups, lookupsPerWorker * context.workers);
    return inNetwork(
      {
        id: 'deployed',
        repetitions,
        figures: [
          ...lower(null, ['cost_of_raw', 'CPU of a request under load, in raw requests', 'ratio']),
          ...lower(null, ['idle_of_raw', 'CPU of a node at rest in a second, in raw requests', 'ratio']),
          ...higher('udp', ['lookups', `Lookups, ${concurrency} at a time`, 'per_second']),
          ...told(
            ['raw', 'Raw UDP request', 'us'],
            ['requests', 'Requests under load', 'per_second'],
            ['recall', 'Recall under load', 'ratio'],
          ),
        ],
        warmUp: ({ client }, signal) => client.lookup({ count: minLookups, concurrency }, signal),
        measure: (handle, signal, calibrate) => round(handle, { restMs, lookups, calibrate, signal }),
      },
      context,
    );
  },
};

interface RoundOptions {
  restMs: number;
  lookups: number;
  /** Raw UDP requests in a second of CPU time, now. */
  calibrate: () => Promise<number>;
  signal: AbortSignal;
}

async function round(handle: NetworkHandle, options: RoundOptions): Promise<NetworkRound> {
  const { restMs, lookups, calibrate, signal } = options;
  const { usage } = subjectOf(handle);
  const cpuSeconds = async () => (await usage(signal)).cpuSeconds;
  const rawBefore = await calibrate();
  const [start, startedAt] = [await cpuSeconds(), performance.now()];
  await delay(restMs, undefined, { signal });
  const [rested, restedAt] = [await cpuSeconds(), performance.now()];
  const load = await handle.client.lookup({ count: lookups, concurrency }, signal);
  const loaded = await cpuSeconds();
  const rawMicroseconds = 1e6 / ((rawBefore + (await calibrate())) / 2);
  const requests = load.datagrams / 2;
  const restCpuSeconds = (rested - start) / ((restedAt - startedAt) / 1000);
  const rawOf = (seconds: number) => (seconds * 1e6) / rawMicroseconds;
  return {
    values: {
      cost_of_raw: rawOf(loaded - rested) / requests,
      idle_of_raw: rawOf(restCpuSeconds) / handle.deployment.plan.nodes,
      lookups: load.lookups / load.seconds,
      raw: rawMicroseconds,
      requests: requests / load.seconds,
      recall: load.recall,
    },
  };
}
