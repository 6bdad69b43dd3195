import type { ValueBatch, ValueBatchAnswer, ValueJob, ValueJobResult } from '../control/host-api.js';
import { fromBase64, toBase64 } from '../control/json-value.js';
import { inLanes } from '../control/lanes.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Host } from './host.js';

type Work = (node: KademliaNode, job: ValueJob) => Promise<Omit<ValueJobResult, 'latencyMs'> | null>;

const works = {
  write: async (node, { key, value = '' }) => {
    const packed = fromBase64(value);
    const replicas = packed ? await node.putPacked(key, packed) : 0;
    return replicas > 0 ? { replicas } : null;
  },
  read: async (node, { key }) => {
    const packed = await node.getPacked(key);
    return packed ? { value: toBase64(packed) } : null;
  },
  delete: async (node, { key }) => {
    const replicas = await node.delete(key);
    return replicas > 0 ? { replicas } : null;
  },
} satisfies Record<string, Work>;

export const valueWorks = Object.keys(works) as (keyof typeof works)[];

/** Writes, reads or deletes values by nodes of the host. */
export async function runValues(
  host: Host,
  kind: keyof typeof works,
  { jobs, concurrency }: ValueBatch,
  signal: AbortSignal,
): Promise<ValueBatchAnswer> {
  const results: (ValueJobResult | null)[] = jobs.map(() => null);
  await inLanes(
    jobs.keys(),
    concurrency,
    async (index) => {
      const job = jobs[index] as ValueJob;
      const node = host.joined(job.node);
      if (!node) return;
      const startedAtMs = performance.now();
      const result = await works[kind](node.dht.kademlia, job);
      results[index] = result && { ...result, latencyMs: performance.now() - startedAtMs };
    },
    signal,
  );
  return { results };
}

/** Drops what the nodes of a host hold under keys, without the mark of a deleted key, which would live as long as a value. */
export function eraseValues(host: Host, keys: readonly string[]): void {
  for (const key of keys) for (const node of host.nodes) if (node.isJoined) node.dht.kademlia.dropValue(key);
}
