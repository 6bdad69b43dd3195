import type { Contact } from '../kademlia/contact.js';
import { NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES } from '../wire/datagram.js';
import { decodeValueResponse } from '../wire/find-value.js';
import { pack, unpack } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';

/** `unhealthy` = does not answer a ping; `degraded` = answers, but fails a part of the medium test. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

export type HealthLevel = 'fast' | 'medium';

export interface HealthResult {
  contact: Contact;
  status: HealthStatus;
}

/** Nodes that one sweep checks at a time. */
const SWEEP_CONCURRENCY = 32;
const ATTEMPTS = 3;

/**
 * Checks one node: a ping; at the medium level also find_node, store and find_value.
 *
 * The value stored is taken back (a stored nil reads as absent), so a check leaves nothing behind.
 */
export async function checkHealth(
  node: KademliaNode,
  contact: Contact,
  level: HealthLevel,
): Promise<HealthStatus> {
  if ((await node.ping(contact, ATTEMPTS)) === undefined) return 'unhealthy';
  if (level === 'fast') return 'healthy';
  const key = NodeId.fromName(`cqkd:health:${node.id.hex}`);
  const value = pack(contact.id.hex);
  const ask = (name: string, ...args: (NodeId | Packed)[]) =>
    node.request(contact, encodeRequest(name, node.id, ...args), ATTEMPTS);

  const nodes = await ask('find_node', contact.id);
  if (!nodes || !decodeContacts(nodes, HEADER_BYTES, node.parts.book)) return 'degraded';
  const stored = await ask('store', key, new Packed(value));
  if (!stored || unpack(stored.subarray(HEADER_BYTES)) !== true) return 'degraded';
  const read = await ask('find_value', key);
  const bytes = read && decodeValueResponse(read);
  void ask('store', key, Packed.of(null));
  return bytes && Buffer.compare(bytes, value) === 0 ? 'healthy' : 'degraded';
}

/** Checks many nodes, a bounded number at a time. */
export async function sweep(
  node: KademliaNode,
  contacts: readonly Contact[],
  level: HealthLevel,
  signal?: AbortSignal,
): Promise<HealthResult[]> {
  const queue = [...contacts];
  const results: HealthResult[] = [];
  const worker = async () => {
    for (let contact = queue.pop(); contact && !signal?.aborted; contact = queue.pop()) {
      results.push({ contact, status: await checkHealth(node, contact, level) });
    }
  };
  await Promise.all(Array.from({ length: SWEEP_CONCURRENCY }, worker));
  return results;
}
