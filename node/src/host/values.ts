import type { ValueBatch, ValueBatchAnswer, ValueJob, ValueJobResult } from '../control/host-api.js';
import { inLanes } from '../control/lanes.js';
import { NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { encodeRequest, Packed } from '../wire/request.js';
import type { Host } from './host.js';

type Work = (node: KademliaNode, job: ValueJob) => Promise<Omit<ValueJobResult, 'latencyMs'> | null>;

const works = {
  write: async (node, { key, value = '' }) => {
    const replicas = await node.put(key, value);
    return replicas > 0 ? { replicas } : null;
  },
  read: async (node, { key }) => {
    const value = await node.get(key);
    return value === undefined ? null : { value: String(value) };
  },
  erase: async (node, { key }) => ({ replicas: await erase(node, key) }),
} satisfies Record<string, Work>;

/** Writes, reads or erases values by nodes of the host. */
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

/**
 * Takes a value back without leaving the delete marker, which would live as long as a value: the
 * nearest nodes are sent a nil, which reads as absent.
 */
async function erase(node: KademliaNode, key: string): Promise<number> {
  const id = NodeId.fromName(key);
  const { contacts } = await node.lookup(id);
  node.storage.delete(id);
  const nil = encodeRequest('store', node.id, id, Packed.of(null));
  const answers = await Promise.all(contacts.map((contact) => node.request(contact, nil)));
  return answers.filter((answer) => answer !== undefined).length;
}
