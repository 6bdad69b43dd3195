import { createTestnet, type KademliaNode, SeededRandom } from '@cqkd/node';
import { quantile } from '../method/statistics.js';
import { each } from './each.js';
import { killed } from './killed.js';
import type { Round, Work, WorkParameters } from './work.js';

/** Values that are read at each of these, and how many at a time. */
const count = 60;
const concurrency = 30;

/** Reads from a network that dies away: nodes close without a word, and at once all values are read by survivors. */
export async function open(parameters: WorkParameters): Promise<Work> {
  return { warmUps: 0, round: () => dieAway(parameters), close: () => {} };
}

async function dieAway({ nodes: size, seed, parameters }: WorkParameters): Promise<Round> {
  const testnet = await createTestnet(size, { transport: 'udp', seed, parameters });
  try {
    const random = new SeededRandom(seed + 5);
    const alive = [...testnet.nodes];
    const anyNode = () => alive[Math.floor(random.float() * alive.length)] as KademliaNode;
    await each(count, concurrency, async (index) => {
      await anyNode().put(`bench-${index}`, index);
    });
    const round: Required<Round> = { values: {}, latencies: {}, curves: { success: [], slowest: [] } };
    for (const percent of killed) {
      while (size - alive.length < Math.round((percent / 100) * size)) kill(alive, random);
      const { right, latencies } = await readAll(anyNode);
      const success = (100 * right) / count;
      const p95 = quantile(latencies, 0.95);
      Object.assign(round.values, { [`success_${percent}`]: success, [`p95_${percent}`]: p95 });
      round.curves.success?.push([percent, success]);
      round.curves.slowest?.push([percent, p95]);
      round.latencies[`read_${percent}`] = latencies;
    }
    return round;
  } finally {
    testnet.close();
  }
}

function kill(alive: KademliaNode[], random: SeededRandom): void {
  const [victim] = alive.splice(Math.floor(random.float() * alive.length), 1);
  victim?.close();
}

async function readAll(anyNode: () => KademliaNode) {
  const latencies: number[] = [];
  let right = 0;
  await each(count, concurrency, async (index) => {
    const beganAt = performance.now();
    if ((await anyNode().get(`bench-${index}`)) === index) right++;
    latencies.push(performance.now() - beganAt);
  });
  return { right, latencies };
}
