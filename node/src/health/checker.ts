import { setMaxListeners } from 'node:events';
import type { Clock } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import { compareDistance, NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { probeValue } from '../kademlia/requests/probe.js';
import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES } from '../wire/datagram.js';
import { decodeValueResponse } from '../wire/find-value.js';
import { unpack } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';

/** `unhealthy` = does not answer a ping; `degraded` = answers, but fails a part of a higher test. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

export type HealthLevel = 'fast' | 'medium' | 'deep';

export interface HealthResult {
  contact: Contact;
  status: HealthStatus;
}

/** Longest that a check of a level may take, its ping included. Source: facts, section 5. */
const TIMEOUTS_MS: Readonly<Record<HealthLevel, number>> = { fast: 2000, medium: 5000, deep: 15_000 };
/** Nodes that one sweep checks at a time. */
const SWEEP_CONCURRENCY = 32;
const ATTEMPTS = 3;
/** Of the contacts that a node names so many are pinged, and half of them must answer: some may have died just now. */
const NAMED_SAMPLE = 3;
/** A request that no node knows. */
const NONSENSE = 'cqkd_nonsense';

/**
 * Checks one node: a ping; at the medium level also find_node, store and find_value; at the deep level also
 * whether what it names is alive, and whether others find through it what it holds.
 *
 * The value stored is taken back (a stored nil reads as absent), so a check leaves nothing behind.
 *
 * @throws the signal's reason when it is aborted: an interrupted check says nothing about the contact
 */
export async function checkHealth(
  node: KademliaNode,
  contact: Contact,
  level: HealthLevel,
  signal?: AbortSignal,
): Promise<HealthStatus> {
  const { clock } = node.parts;
  const endMs = clock.now() + TIMEOUTS_MS[level];
  const ping = node.ping(contact, ATTEMPTS).then((roundTripMs) => roundTripMs !== undefined);
  if (!(await within(clock, TIMEOUTS_MS.fast, ping, signal))) return 'unhealthy';
  if (level === 'fast') return 'healthy';
  const check = new ContactCheck(node, contact);
  const passed = level === 'medium' ? check.medium() : check.deep();
  try {
    return (await within(clock, endMs - clock.now(), passed, signal)) ? 'healthy' : 'degraded';
  } finally {
    check.end();
  }
}

/** Checks many nodes, a bounded number at a time. @returns what was found until it was aborted */
export async function sweep(
  node: KademliaNode,
  contacts: readonly Contact[],
  level: HealthLevel,
  signal?: AbortSignal,
): Promise<HealthResult[]> {
  if (signal) setMaxListeners(SWEEP_CONCURRENCY, signal);
  const queue = [...contacts];
  const results: HealthResult[] = [];
  const worker = async () => {
    for (let contact = queue.pop(); contact && !signal?.aborted; contact = queue.pop()) {
      try {
        results.push({ contact, status: await checkHealth(node, contact, level, signal) });
      } catch (error) {
        if (!signal?.aborted) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: SWEEP_CONCURRENCY }, worker));
  return results;
}

/** The tests of one contact beyond a ping. */
class ContactCheck {
  readonly #node: KademliaNode;
  readonly #contact: Contact;
  #ended = false;

  constructor(node: KademliaNode, contact: Contact) {
    this.#node = node;
    this.#contact = contact;
  }

  /** Asks nothing more; what is stored is taken back all the same. */
  end(): void {
    this.#ended = true;
  }

  async medium(): Promise<boolean> {
    const key = NodeId.fromName(`cqkd:health:${this.#node.id.hex}`);
    return (await this.#names(this.#contact.id)) !== undefined && this.#keeps(key);
  }

  async deep(): Promise<boolean> {
    return (
      (await this.medium()) &&
      (await this.#knowsNeighbours()) &&
      (await this.#hasNothing(NodeId.random(this.#node.parts.random))) &&
      (await this.#survivesNonsense()) &&
      this.#isFoundByOthers()
    );
  }

  /** The contacts that it names; undefined unless they are well-formed, nearest first. */
  async #names(target: NodeId): Promise<Contact[] | undefined> {
    const named = await this.#contactsFor('find_node', target);
    const isSorted = named?.every((contact, i) => {
      const before = named[i - 1];
      return !before || compareDistance(target, before.id, contact.id) <= 0;
    });
    return isSorted ? named : undefined;
  }

  /** What it names for its own id is alive, and no farther than the nodes there that the asker knows. */
  async #knowsNeighbours(): Promise<boolean> {
    const { table, parameters } = this.#node;
    const { id } = this.#contact;
    const farthest = table.closest(id, parameters.k, id).at(-1);
    const named = await this.#names(id);
    const nearest = named?.[0];
    if (!named || !farthest) return named !== undefined;
    if (!nearest || compareDistance(id, nearest.id, farthest.id) > 0) return false;
    const sample = named.slice(0, NAMED_SAMPLE);
    const roundTrips = await Promise.all(sample.map((contact) => this.#node.ping(contact, ATTEMPTS)));
    return roundTrips.filter((roundTrip) => roundTrip !== undefined).length >= sample.length / 2;
  }

  /** It answers the question for a value that nobody has with contacts. */
  async #hasNothing(key: NodeId): Promise<boolean> {
    return (await this.#contactsFor('find_value', key)) !== undefined;
  }

  /** A request that it does not know neither ends it nor makes it silent. */
  async #survivesNonsense(): Promise<boolean> {
    if (this.#ended) return false;
    this.#node.rpc.notify(this.#contact, encodeRequest(NONSENSE, this.#node.id));
    return (await this.#node.ping(this.#contact, ATTEMPTS)) !== undefined;
  }

  async #contactsFor(method: string, key: NodeId): Promise<Contact[] | undefined> {
    const answer = await this.#ask(method, key);
    return answer && decodeContacts(answer, HEADER_BYTES, this.#node.parts.book);
  }

  /** It takes a value and gives it back. */
  #keeps(key: NodeId): Promise<boolean> {
    return this.#holding(key, async (value) => {
      const read = await this.#ask('find_value', key);
      return isSame(read && decodeValueResponse(read), value);
    });
  }

  /** A value that it alone holds, under a key next to its id, is found by a walk that begins elsewhere. */
  async #isFoundByOthers(): Promise<boolean> {
    const bytes = Uint8Array.from(this.#contact.id.bytes);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    const key = new NodeId(bytes);
    const { table, parameters } = this.#node;
    const seeds = table.closest(key, parameters.k, this.#contact.id);
    if (seeds.length === 0) return true;
    return this.#holding(key, async (value) => {
      const { found } = await this.#node.lookupValue(key, 1, { seeds, onlySeeds: true });
      return found.some(({ bytes }) => isSame(bytes, value));
    });
  }

  /** Does something while the contact holds a value. A store that was not answered may have been done: it is taken back too. */
  async #holding(key: NodeId, test: (value: Uint8Array) => Promise<boolean>): Promise<boolean> {
    if (this.#ended) return false;
    const value = probeValue(this.#node.id, this.#contact.id);
    try {
      const stored = await this.#ask('store', key, new Packed(value));
      return stored !== undefined && unpack(stored.subarray(HEADER_BYTES)) === true && (await test(value));
    } finally {
      void this.#send('store', key, Packed.of(null));
    }
  }

  async #ask(name: string, ...args: (NodeId | Packed)[]): Promise<Uint8Array | undefined> {
    return this.#ended ? undefined : this.#send(name, ...args);
  }

  #send(name: string, ...args: (NodeId | Packed)[]): Promise<Uint8Array | undefined> {
    return this.#node.request(this.#contact, encodeRequest(name, this.#node.id, ...args), ATTEMPTS);
  }
}

function isSame(found: Uint8Array | null | undefined, value: Uint8Array): boolean {
  return found !== undefined && found !== null && Buffer.compare(found, value) === 0;
}

/** What a test comes to; false when it takes too long. @throws the signal's reason when it is aborted */
function within(
  clock: Clock,
  timeoutMs: number,
  passed: Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const end = (result: boolean) => {
      settle();
      resolve(result);
    };
    const fail = (reason: unknown) => {
      settle();
      reject(reason);
    };
    const abort = () => fail(signal?.reason);
    const timer = clock.setTimeout(() => end(false), timeoutMs);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    passed.then(end, fail);
  });
}
