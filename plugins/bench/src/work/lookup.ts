import { createTestnet, type KademliaNode, NodeId, SeededRandom } from '@cqkd/node';
import { secondsSince } from '../method/seconds-since.js';
import { quantile } from '../method/statistics.js';
import { concurrencies } from './concurrencies.js';
import { each } from './each.js';
import { recall, trueNearest } from './truth.js';
import type { Round, Work, WorkParameters } from './work.js';

/** The concurrency that costs are told of. */
const costConcurrency = 16;

interface Task {
  asking: KademliaNode;
  target: NodeId;
  truth: NodeId[];
}

/** Lookups by random nodes for random targets, scored against the nodes that are truly nearest. */
export async function open({ nodes, seed, parameters }: WorkParameters): Promise<Work> {
  const testnet = await createTestnet(nodes, { transport: 'udp', seed, parameters });
  const random = new SeededRandom(seed + 2);
  const most = Math.max(...concurrencies.map(([, count]) => count));
  const tasks: Task[] = Array.from({ length: most }, () => {
    const asking = testnet.nodes[Math.floor(random.float() * nodes)] as KademliaNode;
    const target = NodeId.random(random);
    return { asking, target, truth: trueNearest(testnet.nodes, target, asking.parameters.k, asking) };
  });
  return { warmUps: 2, round: () => lookUp(tasks), close: () => testnet.close() };
}

async function lookUp(tasks: readonly Task[]): Promise<Round> {
  const round: Round & Required<Pick<Round, 'latencies'>> = { values: {}, latencies: {} };
  for (const [concurrency, count] of concurrencies) {
    const { seconds, latencies, cpuSeconds, hops, requests, found } = await burst(
      tasks.slice(0, count),
      concurrency,
    );
    Object.assign(round.values, {
      [`throughput_${concurrency}`]: count / seconds,
      [`p50_${concurrency}`]: quantile(latencies, 0.5),
      [`p95_${concurrency}`]: quantile(latencies, 0.95),
      [`p99_${concurrency}`]: quantile(latencies, 0.99),
      [`recall_${concurrency}`]: found / count,
    });
    round.latencies[`latency_${concurrency}`] = latencies;
    if (concurrency !== costConcurrency) continue;
    Object.assign(round.values, {
      cpu: (1e6 * cpuSeconds) / count,
      hops: hops / count,
      requests: requests / count,
    });
  }
  return round;
}

async function burst(tasks: readonly Task[], concurrency: number) {
  const latencies: number[] = [];
  const all: { contacts: readonly { id: NodeId }[]; truth: NodeId[] }[] = [];
  let [hops, requests] = [0, 0];
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await each(tasks.length, concurrency, async (index) => {
    const { asking, target, truth } = tasks[index] as Task;
    const beganAt = performance.now();
    const result = await asking.lookup(target);
    latencies.push(performance.now() - beganAt);
    hops += result.hops;
    requests += result.requests;
    all.push({ contacts: result.contacts, truth });
  });
  const seconds = secondsSince(startedAt);
  const { user, system } = process.cpuUsage(cpu);
  const found = all.reduce(
    (sum, { contacts, truth }) =>
      sum +
      recall(
        contacts.map(({ id }) => id),
        truth,
      ),
    0,
  );
  return { seconds, latencies, cpuSeconds: (user + system) / 1e6, hops, requests, found };
}
