import type { Contact } from '../kademlia/contact.js';
import { compareDistance, type NodeId, randomIdSharing } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES, MAX_CONTACTS } from '../wire/datagram.js';
import { encodeRequest } from '../wire/request.js';

/** Contacts of a bucket with room that are asked what they know there; one of a full bucket is asked whether it lives. */
const ASKED = 2;
/** Share of a far bucket that walks fill; traffic fills the rest, and lookups manage without. */
const FAR_SHARE = 0.25;
/** Nodes that a lookup looks for in a bucket where nobody answers. */
const LOOKUP_NODES = 3;
/** Datagrams of one request at most. */
const ATTEMPTS = 2;

/** Requests of a walk, and those that were answered. */
export interface WalkResult {
  asked: number;
  answered: number;
}

export interface WalkOptions {
  /** Ask this one, whatever bucket it is in. */
  via?: Contact;
  /** Contacts that are known to be silent and not worth a request. */
  skip: (contact: Contact) => boolean;
}

/**
 * Looks through one bucket at the least cost: asks the contacts that were silent longest for the nodes
 * near a random id of the bucket, and pings those of their answers for which the table has room.
 *
 * So one request tells whether a contact lives and what it knows, and a full bucket costs no more than
 * that. A bucket where nobody answers is looked up instead.
 */
export class BucketWalk {
  readonly #node: KademliaNode;
  readonly #asked: Contact[] = [];
  #answered = 0;

  constructor(node: KademliaNode) {
    this.#node = node;
  }

  /** @param bucket its index; the buckets from `nearBuckets` on are looked through together, by the own id */
  async run(bucket: number, { via, skip }: WalkOptions): Promise<WalkResult> {
    const { table, id, parts } = this.#node;
    const near = nearBuckets(this.#node);
    const isNear = bucket >= near;
    const target = isNear ? id : randomIdSharing(id, bucket, parts.random);
    const buckets = isNear ? range(near, table.bucketCount) : [bucket];
    const receivers = via ? [via] : this.#longestSilent(buckets);
    for (const each of buckets) table.markLookedUp(randomIdSharing(id, each, parts.random));
    const found = await Promise.all(receivers.map((contact) => this.#ask(contact, target)));
    if (this.#answered === 0 && !this.#node.closed) return this.#lookUp(target);
    await Promise.all(this.#wanted(found.flat(), target, skip).map((contact) => this.#ping(contact)));
    return { asked: this.#asked.length, answered: this.#answered };
  }

  #longestSilent(buckets: number[]): Contact[] {
    const { table, parameters } = this.#node;
    const entries = buckets.flatMap((bucket) => table.entriesOf(bucket).filter((entry) => !entry.suspect));
    const full = buckets.every((bucket) => table.bucketSize(bucket) >= FAR_SHARE * parameters.k);
    entries.sort((a, b) => a.seenAtMs - b.seenAtMs);
    return entries.slice(0, full ? 1 : ASKED).map((entry) => entry.contact);
  }

  async #ask(contact: Contact, target: NodeId): Promise<Contact[]> {
    this.#asked.push(contact);
    const payload = encodeRequest('find_node', this.#node.id, target);
    const answer = await this.#node.request(contact, payload, ATTEMPTS, true);
    const contacts = answer && decodeContacts(answer, HEADER_BYTES, this.#node.parts.book);
    if (!contacts) {
      this.#node.doubt(contact);
      return [];
    }
    this.#answered++;
    this.#node.see(contact);
    return contacts;
  }

  async #ping(contact: Contact): Promise<void> {
    this.#asked.push(contact);
    if ((await this.#node.ping(contact, 1, true)) !== undefined) this.#answered++;
  }

  /** Contacts of answers that would find a place in the table, nearest to the target first. */
  #wanted(found: Contact[], target: NodeId, skip: (contact: Contact) => boolean): Contact[] {
    const { table, id, parameters } = this.#node;
    const near = nearBuckets(this.#node);
    const room = new Map<number, number>();
    const wanted: Contact[] = [];
    found.sort((a, b) => compareDistance(target, a.id, b.id));
    for (const contact of found) {
      if (contact.id.equals(id) || wanted.some((other) => other.id.equals(contact.id))) continue;
      if (table.has(contact) || skip(contact)) continue;
      const bucket = table.bucketIndex(contact.id);
      const most = bucket >= near ? parameters.k : Math.ceil(FAR_SHARE * parameters.k);
      const left = room.get(bucket) ?? most - table.bucketSize(bucket);
      if (left <= 0) continue;
      room.set(bucket, left - 1);
      wanted.push(contact);
    }
    return wanted;
  }

  async #lookUp(target: NodeId): Promise<WalkResult> {
    const { requests, contacts } = await this.#node.lookup(target, { refresh: true, k: LOOKUP_NODES });
    const { length } = this.#asked;
    return { asked: length + requests, answered: this.#answered + Math.min(requests, contacts.length) };
  }
}

/** Index from which on all buckets together fit in one answer: what is asked about the own id covers them. */
export function nearBuckets(node: KademliaNode): number {
  const { table, parameters } = node;
  const most = Math.min(parameters.k, MAX_CONTACTS);
  let first = table.bucketCount - 1;
  let size = table.bucketSize(first);
  while (first > 0 && size + table.bucketSize(first - 1) <= most) size += table.bucketSize(--first);
  return first;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
