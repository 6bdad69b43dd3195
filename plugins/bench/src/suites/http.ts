import { type NetworkHandle, readToken } from '@cqkd/harness';
import { inNetwork, type NetworkRound } from '../network/in-network.js';
import { type LoadResult, loadGateway, writeKeys } from '../network/load-gateway.js';
import { higher, lower, told } from './figures.js';
import type { Suite } from './suite.js';

const connections = 50;
/** The load, all repetitions together. */
const loadSeconds = 10;
const repetitions = 5;
/** The shortest load of one kind that tells anything. */
const leastSeconds = 0.5;
/** Of the budget, for the load. */
const loadShare = 0.6;

export const http: Suite = {
  id: 'http',
  title: 'HTTP gateway',
  about: `PUT and GET of values through the coordinator of a real network, over ${connections} connections.`,
  seconds: 18,
  noise: 0.06,
  run: (context) => {
    const wanted = Math.min(loadSeconds, (loadShare * context.budgetMs) / 1000) / repetitions / 2;
    const seconds = Math.max(leastSeconds, wanted);
    return inNetwork(
      {
        id: 'http',
        repetitions: { min: repetitions, max: repetitions },
        figures: [
          ...higher(
            'udp',
            ['requests', 'Requests', 'per_second'],
            ['writes', 'PUT', 'per_second'],
            ['reads', 'GET', 'per_second'],
          ),
          ...lower('udp', ['write_p50', 'PUT, p50', 'ms'], ['read_p50', 'GET, p50', 'ms']),
          ...told(
            ['write_p99', 'PUT, p99', 'ms'],
            ['read_p99', 'GET, p99', 'ms'],
            ['errors', 'Errors', 'count'],
          ),
        ],
        histograms: [
          { id: 'write', title: 'PUT', unit: 'ms' },
          { id: 'read', title: 'GET', unit: 'ms' },
        ],
        warmUp: (handle, signal) => writeKeys(handle.client, signal),
        measure: (handle, signal) => load(handle, seconds, signal),
        notes: (samples) => {
          const errors = samples.reduce((sum, { values }) => sum + (values.errors ?? 0), 0);
          const told = `${connections} connections were busy for ${(2 * seconds * samples.length).toFixed(0)} s.`;
          return errors > 0 ? [told, `${errors} requests failed: there should be none.`] : [told];
        },
      },
      context,
    );
  },
};

async function load(
  { client, paths }: NetworkHandle,
  seconds: number,
  signal: AbortSignal,
): Promise<NetworkRound> {
  const gateway = { url: client.url, token: readToken(paths) };
  const write = await loadGateway(gateway, { method: 'PUT', connections, seconds, signal });
  const read = await loadGateway(gateway, { method: 'GET', connections, seconds, signal });
  const both: LoadResult[] = [write, read];
  const sum = (value: (result: LoadResult) => number) => both.reduce((total, each) => total + value(each), 0);
  return {
    values: {
      requests: sum(({ perSecond }) => perSecond) / 2,
      writes: write.perSecond,
      reads: read.perSecond,
      write_p50: write.p50Ms,
      write_p99: write.p99Ms,
      read_p50: read.p50Ms,
      read_p99: read.p99Ms,
      errors: sum(({ errors }) => errors),
    },
    histograms: { write: write.histogram, read: read.histogram },
  };
}
