import { createTestnet, type KademliaNode, SeededRandom } from '@cqkd/node';
import { secondsSince } from '../method/seconds-since.js';
import { quantile } from '../method/statistics.js';
import { each } from './each.js';
import type { Round, Work, WorkParameters } from './work.js';

/** Values of one round, and how many are under way at a time. */
const count = 64;
const concurrency = 16;
/** Length of a value. Characters. */
const valueLength = 100;

/** Values that random nodes write, and others read. */
export async function open({ nodes, seed, parameters }: WorkParameters): Promise<Work> {
  const testnet = await createTestnet(nodes, { transport: 'udp', seed, parameters });
  const random = new SeededRandom(seed + 3);
  const anyNode = () => testnet.nodes[Math.floor(random.float() * nodes)] as KademliaNode;
  let rounds = 0;
  return {
    warmUps: 1,
    round: () => store(`bench-${rounds++}`, anyNode),
    close: () => testnet.close(),
  };
}

async function store(name: string, anyNode: () => KademliaNode): Promise<Round> {
  const value = 'x'.repeat(valueLength);
  let replicas = 0;
  const writes = await timed(async (index) => {
    const taken = await anyNode().put(`${name}-${index}`, value);
    replicas += taken;
  });
  let right = 0;
  const reads = await timed(async (index) => {
    if ((await anyNode().get(`${name}-${index}`)) === value) right++;
  });
  return {
    values: {
      writes: count / writes.seconds,
      write_p50: quantile(writes.latencies, 0.5),
      write_p95: quantile(writes.latencies, 0.95),
      reads: count / reads.seconds,
      read_p50: quantile(reads.latencies, 0.5),
      read_p95: quantile(reads.latencies, 0.95),
      replicas: replicas / count,
      success: (100 * right) / count,
    },
    latencies: { write: writes.latencies, read: reads.latencies },
  };
}

async function timed(run: (index: number) => Promise<void>) {
  const latencies: number[] = [];
  const startedAt = performance.now();
  await each(count, concurrency, async (index) => {
    const beganAt = performance.now();
    await run(index);
    latencies.push(performance.now() - beganAt);
  });
  return { seconds: secondsSince(startedAt), latencies };
}
