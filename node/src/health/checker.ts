import type { Clock } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import { compareDistance, NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES } from '../wire/datagram.js';
import { decodeValueResponse } from '../wire/find-value.js';
import { pack, unpack } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';

/** `unhealthy` = does not answer a ping; `degraded` = answers, but fails a part of a higher test. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

export type HealthLevel = 'fast' | 'medium' | 'deep';

export interface HealthResult {
  contact: Contact;
  status: HealthStatus;
}

/** Longest that a check of a level may take. Source: facts, section 5. */
const TIMEOUTS_MS: Readonly<Record<HealthLevel, number>> = { fast: 2000, medium: 5000, deep: 15_000 };
/** Nodes that one sweep checks at a time. */
const SWEEP_CONCURRENCY = 32;
const ATTEMPTS = 3;

/**
 * Checks one node: a ping; at the medium level also find_node, store and find_value; at the deep level also
 * whether what it names is alive, and whether others find through it what it holds.
 *
 * The value stored is taken back (a stored nil reads as absent), so a check leaves nothing behind.
 */
export async function checkHealth(
  node: KademliaNode,
  contact: Contact,
  level: HealthLevel,
  signal?: AbortSignal,
): Promise<HealthStatus> {
  const { clock } = node.parts;
  const ping = node.ping(contact, ATTEMPTS).then((roundTripMs) => roundTripMs !== undefined);
  if (!(await within(clock, TIMEOUTS_MS.fast, ping, signal))) return 'unhealthy';
  if (level === 'fast') return 'healthy';
  const check = new ContactCheck(node, contact);
  const passed = level === 'medium' ? check.medium() : check.deep();
  return (await within(clock, TIMEOUTS_MS[level], passed, signal)) ? 'healthy' : 'degraded';
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
      results.push({ contact, status: await checkHealth(node, contact, level, signal) });
    }
  };
  await Promise.all(Array.from({ length: SWEEP_CONCURRENCY }, worker));
  return results;
}

/** The tests of one contact beyond a ping. */
class ContactCheck {
  readonly #node: KademliaNode;
  readonly #contact: Contact;

  constructor(node: KademliaNode, contact: Contact) {
    this.#node = node;
    this.#contact = contact;
  }

  async medium(): Promise<boolean> {
    const key = NodeId.fromName(`cqkd:health:${this.#node.id.hex}`);
    return (await this.#namesNodes(this.#contact.id)) && this.#keeps(key);
  }

  async deep(): Promise<boolean> {
    if (!(await this.medium())) return false;
    const target = NodeId.random(this.#node.parts.random);
    return (
      (await this.#namesNodes(target, true)) && (await this.#hasNothing(target)) && this.#isFoundByOthers()
    );
  }

  /** It names contacts, nearest first. @param living the first of them must be alive */
  async #namesNodes(target: NodeId, living = false): Promise<boolean> {
    const named = await this.#contactsFor('find_node', target);
    if (!named) return false;
    for (let i = 1; i < named.length; i++) {
      const [nearer, farther] = [named[i - 1] as Contact, named[i] as Contact];
      if (compareDistance(target, nearer.id, farther.id) > 0) return false;
    }
    const [nearest] = named;
    return !living || !nearest || (await this.#node.ping(nearest, ATTEMPTS)) !== undefined;
  }

  /** It answers the question for a value that nobody has with contacts. */
  async #hasNothing(key: NodeId): Promise<boolean> {
    return (await this.#contactsFor('find_value', key)) !== undefined;
  }

  async #contactsFor(method: string, key: NodeId): Promise<Contact[] | undefined> {
    const answer = await this.#ask(method, key);
    return answer && decodeContacts(answer, HEADER_BYTES, this.#node.parts.book);
  }

  /** It takes a value and gives it back. */
  async #keeps(key: NodeId): Promise<boolean> {
    const value = pack(this.#contact.id.hex);
    const stored = await this.#ask('store', key, new Packed(value));
    if (!stored || unpack(stored.subarray(HEADER_BYTES)) !== true) return false;
    const read = await this.#ask('find_value', key);
    const bytes = read && decodeValueResponse(read);
    void this.#ask('store', key, Packed.of(null));
    return bytes !== undefined && bytes !== null && Buffer.compare(bytes, value) === 0;
  }

  /** A value that it alone holds, under a key next to its id, is found by walking towards it from elsewhere. */
  async #isFoundByOthers(): Promise<boolean> {
    const bytes = Uint8Array.from(this.#contact.id.bytes);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    const key = new NodeId(bytes);
    const value = pack(this.#node.id.hex);
    if (!(await this.#ask('store', key, new Packed(value)))) return false;
    const { values } = await this.#node.lookupValue(key, 1);
    void this.#ask('store', key, Packed.of(null));
    return values.some((found) => Buffer.compare(found.bytes, value) === 0);
  }

  #ask(name: string, ...args: (NodeId | Packed)[]): Promise<Uint8Array | undefined> {
    return this.#node.request(this.#contact, encodeRequest(name, this.#node.id, ...args), ATTEMPTS);
  }
}

/** What a test comes to; false when it takes too long or is aborted. */
function within(
  clock: Clock,
  timeoutMs: number,
  passed: Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const end = (result: boolean) => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve(result);
    };
    const abort = () => end(false);
    const timer = clock.setTimeout(abort, timeoutMs);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    passed.then(end, reject);
  });
}
