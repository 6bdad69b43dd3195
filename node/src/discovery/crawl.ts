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
/** As many as the cache holds; there is a limit because ids cost nothing to invent. */
const MAX_NAMED = 10_000;
/** Ids that are believed of one address and port: a node that was started anew may be known by its old ids, too. */
const MAX_IDS_PER_PLACE = 3;
/** Parts smaller than 2^-24 of the key space are not looked at: no network is that dense. */
const MAX_PREFIX_BITS = 24;

export interface CrawlOptions {
  /** Nodes to begin at, beside the own routing table. */
  seeds?: readonly Contact[];
  /** Told of every node that is met, once, before it is asked itself. */
  onFound?: ((contact: Contact) => void) | undefined;
  /** Told of every node that answered, once. */
  onAnswered?: (contact: Contact) => void;
  /** Nodes that are met because others named them, at most. */
  limit?: number;
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

/** What to ask a contact next: for the nodes near a target, or, without one, who it is. */
interface Question {
  contact: Contact;
  target?: NodeId;
}

class Crawl {
  readonly #node: KademliaNode;
  readonly #options: CrawlOptions;
  readonly #met = new Map<string, Contact | undefined>();
  /** Where else nodes that were met were named: they may have moved. */
  readonly #elsewhere = new Map<string, Contact>();
  /** Ids that did not answer where they were met. */
  readonly #silent = new Set<string>();
  /** Ids that were met of a place. */
  readonly #idsAt = new Map<string, number>();
  /** Places that were asked for their id. */
  readonly #identified = new Set<string>();
  readonly #queue: Question[] = [];
  readonly #answered = new Map<string, Answered>();
  /** Prefixes of the nodes that answered. */
  readonly #covered = new Set<number>();
  readonly #gapAttempts = new Map<number, number>();
  #named = 0;
  #active = 0;
  #end: (contacts: Contact[]) => void = () => {};

  constructor(node: KademliaNode, options: CrawlOptions) {
    this.#node = node;
    this.#options = options;
    this.#met.set(node.id.hex, undefined);
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
    this.#met.set(key, contact);
    this.#idsAt.set(placeOf(contact), this.#countIdsAt(contact) + 1);
    this.#queue.push({ contact, target: contact.id });
    this.#options.onFound?.(contact);
  }

  /** Somebody named a contact. A place that goes by ever more ids is asked once which one it has. */
  #hearOf(contact: Contact): void {
    const { limit = MAX_NAMED } = this.#options;
    if (this.#named >= limit) return;
    if (this.#met.has(contact.id.hex)) {
      this.#hearOfMove(contact);
      return;
    }
    if (this.#countIdsAt(contact) < MAX_IDS_PER_PLACE) {
      this.#named++;
      this.#meet(contact);
    } else if (!this.#identified.has(placeOf(contact))) {
      this.#identified.add(placeOf(contact));
      this.#queue.push({ contact });
    }
  }

  /** A node that was met was named at another address: it is asked there when it does not answer here. */
  #hearOfMove(contact: Contact): void {
    const key = contact.id.hex;
    const met = this.#met.get(key);
    if (!met || met.same(contact) || this.#elsewhere.has(key)) return;
    this.#elsewhere.set(key, contact);
    if (this.#silent.has(key)) this.#lookElsewhere(contact);
  }

  #lookElsewhere(contact: Contact): void {
    if (this.#countIdsAt(contact) >= MAX_IDS_PER_PLACE) return;
    this.#named++;
    this.#idsAt.set(placeOf(contact), this.#countIdsAt(contact) + 1);
    this.#queue.push({ contact, target: contact.id });
  }

  #countIdsAt(contact: Contact): number {
    return this.#idsAt.get(placeOf(contact)) ?? 0;
  }

  #next(): void {
    const { signal, enough } = this.#options;
    const stopped = () => signal?.aborted === true || this.#node.closed || enough?.() === true;
    if (this.#active === 0 && this.#queue.length === 0 && !stopped()) this.#queueGaps();
    while (this.#active < CRAWL_CONCURRENCY && !stopped()) {
      const next = this.#queue.pop();
      if (!next) break;
      this.#active++;
      if (next.target) this.#ask(next.contact, next.target);
      else void this.#identify(next.contact);
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
        for (const other of contacts) this.#hearOf(other);
        if (this.#countIdsAt(contact) === 1) {
          this.#node.see(contact);
          this.#note(contact, contacts);
          ended();
        } else void this.#verify(contact, contacts).then(ended);
        return true;
      },
      failed: () => {
        this.#node.doubt(contact);
        const key = contact.id.hex;
        const elsewhere = this.#silent.has(key) ? undefined : this.#elsewhere.get(key);
        this.#silent.add(key);
        if (elsewhere) this.#lookElsewhere(elsewhere);
        ended();
      },
    };
    const request = encodeRequest('find_node', this.#node.id, target);
    this.#node.rpc.call(contact, request, handler, { attempts: 2 });
  }

  /** A node answers for an id that is not its own, too; but not a ping. */
  async #verify(contact: Contact, neighbours: Contact[]): Promise<void> {
    if ((await this.#node.ping(contact)) !== undefined) this.#note(contact, neighbours);
  }

  async #identify({ address, port }: Contact): Promise<void> {
    const contact = await this.#node.contactAt(address, port);
    if (contact) this.#meet(contact);
    this.#active--;
    this.#next();
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

/** Where a node listens; nodes share addresses, but not ports. */
export function placeOf({ address, port }: Contact): string {
  return `${address}:${port}`;
}

/** The first `bits` bits of an id, as a number that no other prefix has. */
function prefixKey(id: NodeId, bits: number): number {
  return (id.w0 >>> (32 - bits)) + 2 ** bits;
}
