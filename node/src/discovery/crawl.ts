import type { Contact } from '../kademlia/contact.js';
import { commonPrefixBits, type NodeId, randomIdSharing } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES } from '../wire/datagram.js';
import { encodeRequest } from '../wire/request.js';

/** Requests of one crawl in flight; more only make queues at the nodes asked. */
const CRAWL_CONCURRENCY = 64;
/** Different nodes that are asked for a part of the key space before it counts as empty. */
const GAP_ATTEMPTS = 3;
/** Parts smaller than 2^-24 of the key space are not looked at: no network is that dense. */
const MAX_PREFIX_BITS = 24;

export interface CrawlOptions {
  /** Nodes to begin at, beside the own routing table. */
  seeds?: readonly Contact[];
  /** Told of every node that is met, once, before it is asked itself. */
  onFound?: ((contact: Contact) => void) | undefined;
  /** Told of every node that answered, once. */
  onAnswered?: (contact: Contact) => void;
  /** @returns true to end the crawl early. */
  enough?: () => boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Walks the whole key space.
 *
 * Each node that is met is asked for the nodes nearest to itself; since nodes know their neighbours,
 * that covers every part of the key space in which one node answered. Then the parts are asked for in
 * which none did. About one request a node.
 *
 * @returns the nodes that answered
 */
export function crawl(node: KademliaNode, options: CrawlOptions = {}): Promise<Contact[]> {
  return new Crawl(node, options).run();
}

/** A node that answered, and how many leading bits it shares with the farthest neighbour that it named. */
interface Answered {
  contact: Contact;
  sharedBits: number;
}

class Crawl {
  readonly #node: KademliaNode;
  readonly #options: CrawlOptions;
  readonly #met = new Set<string>();
  readonly #queue: { contact: Contact; target: NodeId }[] = [];
  readonly #answered = new Map<string, Answered>();
  /** Prefixes of the nodes that answered. */
  readonly #covered = new Set<number>();
  readonly #gapAttempts = new Map<number, number>();
  #active = 0;
  #end: (contacts: Contact[]) => void = () => {};

  constructor(node: KademliaNode, options: CrawlOptions) {
    this.#node = node;
    this.#options = options;
    this.#met.add(node.id.hex);
  }

  run(): Promise<Contact[]> {
    return new Promise((resolve) => {
      this.#end = resolve;
      for (const contact of this.#options.seeds ?? []) this.#meet(contact);
      for (const contact of this.#node.table.contacts()) this.#meet(contact);
      this.#next();
    });
  }

  #meet(contact: Contact): void {
    const key = contact.id.hex;
    if (this.#met.has(key)) return;
    this.#met.add(key);
    this.#queue.push({ contact, target: contact.id });
    this.#options.onFound?.(contact);
  }

  #next(): void {
    const { signal, enough } = this.#options;
    const stopped = () => signal?.aborted === true || this.#node.closed || enough?.() === true;
    if (this.#active === 0 && this.#queue.length === 0 && !stopped()) this.#queueGaps();
    while (this.#active < CRAWL_CONCURRENCY && !stopped()) {
      const next = this.#queue.pop();
      if (!next) break;
      this.#active++;
      this.#ask(next.contact, next.target);
    }
    if (this.#active === 0) this.#end([...this.#answered.values()].map((answered) => answered.contact));
  }

  #ask(contact: Contact, target: NodeId): void {
    const ended = () => {
      this.#active--;
      this.#next();
    };
    const handler = {
      answered: (_call: unknown, bytes: Uint8Array) => {
        const contacts = decodeContacts(bytes, HEADER_BYTES, this.#node.parts.book);
        if (!contacts) return false;
        this.#node.see(contact);
        this.#note(contact, contacts);
        for (const other of contacts) this.#meet(other);
        ended();
        return true;
      },
      failed: () => {
        this.#node.doubt(contact);
        ended();
      },
    };
    const request = encodeRequest('find_node', this.#node.id, target);
    this.#node.rpc.call(contact, request, handler, { attempts: 2 });
  }

  #note(contact: Contact, neighbours: Contact[]): void {
    const key = contact.id.hex;
    if (this.#answered.has(key)) return;
    const shared = neighbours.map((other) => commonPrefixBits(contact.id, other.id));
    this.#answered.set(key, { contact, sharedBits: Math.min(MAX_PREFIX_BITS, ...shared) });
    this.#options.onAnswered?.(contact);
    for (let bits = 1; bits <= MAX_PREFIX_BITS; bits++) this.#covered.add(prefixKey(contact.id, bits));
  }

  /** Asks the nodes next to parts of the key space from which nobody answered yet. */
  #queueGaps(): void {
    for (const { contact, sharedBits } of this.#answered.values()) {
      for (let bits = 0; bits < sharedBits; bits++) {
        const gap = randomIdSharing(contact.id, bits, this.#node.parts.random);
        const key = prefixKey(gap, bits + 1);
        const attempts = this.#gapAttempts.get(key) ?? 0;
        if (this.#covered.has(key) || attempts >= GAP_ATTEMPTS) continue;
        this.#gapAttempts.set(key, attempts + 1);
        this.#queue.push({ contact, target: gap });
      }
    }
  }
}

/** The first `bits` bits of an id, as a number that no other prefix has. */
function prefixKey(id: NodeId, bits: number): number {
  return (id.w0 >>> (32 - bits)) + 2 ** bits;
}
