import type { Contact } from '../kademlia/contact.js';
import { compareDistance, type NodeId, randomIdSharing } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES } from '../wire/datagram.js';
import { encodeRequest } from '../wire/request.js';
import { denseBuckets, lookedThroughWith, nearBuckets } from './buckets.js';

/** Contacts of a bucket with room that are asked what they know there; one of a full bucket is asked whether it lives. */
const ASKED = 2;
/** Contacts that one walk takes up in a far bucket: lookups manage with a few, so they fill little by little. */
const LEARNED_FAR = 2;
/** In the near ones and the one before, which should hold all there is. */
const LEARNED_DENSE = 4;
/** In a far bucket that lost contacts; a near one takes all up. */
const LEARNED_AT_ONCE = 12;
/** Nodes that a lookup looks for in a bucket where nobody answers. */
const LOOKUP_NODES = 3;
/** Datagrams of one request at most. */
const ATTEMPTS = 2;

/** Requests of a walk, and those that were answered; a lookup counts as one, answered when it found anybody. */
export interface WalkResult {
  asked: number;
  answered: number;
}

export interface WalkOptions {
  /** Ask this one, whatever bucket it is in. */
  via?: Contact;
  /** The bucket lost contacts: look it up unless all that are asked answer, and take up more of what they know. */
  refill?: boolean;
  /** Contacts that fell silent lately and are not worth a request. */
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

  /** @param bucket its index; the near buckets are looked through together, by the own id */
  async run(bucket: number, { via, refill = false, skip }: WalkOptions): Promise<WalkResult> {
    const { table, id, parts } = this.#node;
    const isNear = bucket >= nearBuckets(this.#node);
    const target = isNear ? id : randomIdSharing(id, bucket, parts.random);
    const buckets = lookedThroughWith(this.#node, bucket);
    const receivers = via ? [via] : this.#receivers(buckets);
    for (const each of buckets) table.markLookedUp(randomIdSharing(id, each, parts.random));
    const found = await Promise.all(receivers.map((contact) => this.#ask(contact, target)));
    const failed = this.#answered < receivers.length;
    const wanted = this.#wanted(found.flat(), target, skip);
    const taken = wanted.slice(0, this.#mostLearned(bucket, refill));
    await Promise.all(taken.map((contact) => this.#ping(contact)));
    if (this.#node.closed) return { asked: this.#asked.length, answered: this.#answered };
    if (found.flat().length === 0 || (refill && failed)) return this.#lookUp(target);
    return { asked: this.#asked.length, answered: this.#answered };
  }

  /** Those that were silent longest, since they are in doubt most. */
  #receivers(buckets: number[]): Contact[] {
    const { table, parameters } = this.#node;
    const entries = buckets.flatMap((bucket) => table.entriesOf(bucket).filter((entry) => !entry.suspect));
    entries.sort((a, b) => a.seenAtMs - b.seenAtMs);
    const isFull = buckets.every((bucket) => table.bucketSize(bucket) >= parameters.k);
    return entries.slice(0, isFull ? 1 : ASKED).map((entry) => entry.contact);
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
    const room = new Map<number, number>();
    const wanted: Contact[] = [];
    found.sort((a, b) => compareDistance(target, a.id, b.id));
    for (const contact of found) {
      if (contact.id.equals(id) || wanted.some((other) => other.id.equals(contact.id))) continue;
      if (table.has(contact) || skip(contact)) continue;
      const bucket = table.bucketIndex(contact.id);
      const left = room.get(bucket) ?? parameters.k - table.bucketSize(bucket);
      if (left <= 0) continue;
      room.set(bucket, left - 1);
      wanted.push(contact);
    }
    return wanted;
  }

  #mostLearned(bucket: number, refill: boolean): number {
    if (refill) return bucket >= nearBuckets(this.#node) ? Number.POSITIVE_INFINITY : LEARNED_AT_ONCE;
    return bucket >= denseBuckets(this.#node) ? LEARNED_DENSE : LEARNED_FAR;
  }

  async #lookUp(target: NodeId): Promise<WalkResult> {
    const { contacts } = await this.#node.lookup(target, { refresh: true, k: LOOKUP_NODES });
    const { length } = this.#asked;
    return { asked: length + 1, answered: this.#answered + (contacts.length > 0 ? 1 : 0) };
  }
}
