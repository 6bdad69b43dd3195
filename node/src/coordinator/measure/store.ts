import { randomBytes } from 'node:crypto';
import type { StoreMeasurement, StoreRequest } from '../../control/api.js';
import type { ValueBatchAnswer, ValueJobResult } from '../../control/host-api.js';
import { HttpError } from '../../control/http-error.js';
import { toBase64 } from '../../control/json-value.js';
import { inLanes } from '../../control/lanes.js';
import { pack } from '../../wire/message-pack.js';
import type { Network } from '../network.js';
import { mean, percentilesOf } from '../percentiles.js';
import { askableNodes, chunkSize, chunksByHost, type PlacedNode, randomOf } from './measuring.js';

const BATCH_TIMEOUT_MS = 120_000;
const VALUE_LENGTH = 64;

interface Job {
  index: number;
  host: string;
  node: string;
  key: string;
  /** MessagePack as base64. */
  value: string;
}

/** Values written by random nodes and read back by others; they are erased afterwards. */
export async function measureStore(
  network: Network,
  request: StoreRequest,
  signal: AbortSignal,
): Promise<StoreMeasurement> {
  const { count = 100, concurrency = 8, seed, among } = request;
  const nodes = askableNodes(network, among);
  const random = randomOf(seed);
  const run = randomBytes(8).toString('hex');
  const keys = Array.from({ length: count }, (_, index) => `cqkd:measure:${run}:${index}`);
  const place = () => nodes[random.below(nodes.length)] as PlacedNode;
  const writes: Job[] = keys.map((key, index) => {
    const { host, name } = place();
    const text = random
      .below(2 ** 32)
      .toString(36)
      .padEnd(VALUE_LENGTH, '-');
    return { index, host, node: name, key, value: toBase64(pack(text)) };
  });
  const reads = writes.map((job) => {
    const { host, name } = otherThan(job.node, place, nodes.length);
    return { ...job, host, node: name };
  });

  const written = await runJobs(network, 'write', writes, concurrency, signal);
  const read = await runJobs(network, 'read', reads, concurrency, signal);
  await erase(network, keys, signal);
  const taken = writes.filter(({ index }) => written[index]);
  const equal = taken.filter(({ index, value }) => read[index]?.value === value);
  const latencies = (results: (ValueJobResult | null)[]) =>
    percentilesOf(results.flatMap((result) => (result ? [result.latencyMs] : [])));
  return {
    written: taken.length,
    read: equal.length,
    successPercent: count === 0 ? 0 : (100 * equal.length) / count,
    writeMs: latencies(written),
    readMs: latencies(read),
    replicas: mean(taken.map(({ index }) => written[index]?.replicas ?? 0)),
  };
}

function otherThan(name: string, place: () => PlacedNode, nodes: number): PlacedNode {
  let chosen = place();
  while (nodes > 1 && chosen.name === name) chosen = place();
  return chosen;
}

/** @returns one result a job, in the order of their indices; null where the host or the node failed */
async function runJobs(
  network: Network,
  kind: 'write' | 'read',
  jobs: readonly Job[],
  concurrency: number,
  signal: AbortSignal,
): Promise<(ValueJobResult | null)[]> {
  const results: (ValueJobResult | null)[] = jobs.map(() => null);
  const chunks = chunksByHost(jobs, chunkSize(jobs.length, concurrency));
  await inLanes(
    chunks,
    concurrency,
    async (chunk) => {
      const body = {
        jobs: chunk.map(({ node, key, value }) => ({ node, key, ...(kind === 'write' && { value }) })),
        concurrency: 1,
      };
      try {
        const path = `/v1/values/${kind}`;
        const options = { body, timeoutMs: BATCH_TIMEOUT_MS, signal };
        const answer = await network.fanOut.call<ValueBatchAnswer>(
          (chunk[0] as Job).host,
          'POST',
          path,
          options,
        );
        for (const [at, job] of chunk.entries()) results[job.index] = answer.results[at] ?? null;
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
      }
    },
    signal,
  );
  return results;
}

/** Hosts drop what their nodes hold of it; with nodes that are not ours it goes when its life is over. */
async function erase(network: Network, keys: string[], signal: AbortSignal): Promise<void> {
  const up = network.registry.hosts.filter((host) => host.state === 'up');
  const options = { body: { keys }, timeoutMs: BATCH_TIMEOUT_MS, signal };
  for (const key of keys) network.gateway.kademlia.dropValue(key);
  await network.fanOut.callAll(up, 'POST', '/v1/values/erase', options);
}
