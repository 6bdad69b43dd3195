import { createTestnet } from '@cqkd/node';
import { secondsSince } from '../method/seconds-since.js';
import { quantile } from '../method/statistics.js';
import { each } from './each.js';
import type { Round, Work, WorkParameters } from './work.js';

/** Nodes that join at a time. */
const concurrency = 16;

/** A network from its first node on: every further one joins through it. */
export async function open(parameters: WorkParameters): Promise<Work> {
  return { warmUps: 1, round: () => join(parameters), close: () => {} };
}

async function join({ nodes, seed, parameters }: WorkParameters): Promise<Round> {
  const testnet = await createTestnet(1, { transport: 'udp', seed, parameters });
  try {
    const latencies: number[] = [];
    const curve: [number, number][] = [[0, 1]];
    const startedAt = performance.now();
    await each(nodes - 1, concurrency, async () => {
      const beganAt = performance.now();
      await testnet.add();
      latencies.push(performance.now() - beganAt);
      curve.push([secondsSince(startedAt), latencies.length + 1]);
    });
    const seconds = secondsSince(startedAt);
    const requests = testnet.nodes.reduce((sum, { stats }) => sum + stats.requestsSent, 0);
    return {
      values: {
        total: seconds,
        p50: quantile(latencies, 0.5),
        p95: quantile(latencies, 0.95),
        requests: requests / nodes,
      },
      latencies: { latency: latencies },
      curves: { joined: thinned(curve) },
    };
  } finally {
    testnet.close();
  }
}

/** Points of a curve at most; more would be no different to look at. */
const mostPoints = 60;

function thinned(curve: [number, number][]): [number, number][] {
  const step = Math.max(1, Math.ceil(curve.length / mostPoints));
  return curve.filter((_, index) => index % step === 0 || index === curve.length - 1);
}
