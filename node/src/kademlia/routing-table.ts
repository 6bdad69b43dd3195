import type { Clock } from './components.js';
import type { AddressBook, Contact } from './contact.js';
import { commonPrefixBits, compareDistance, ID_BITS, type NodeId } from './id.js';

/** A place in a bucket. */
export interface Entry {
  contact: Contact;
  /** When it was last heard from, on the node's clock. */
  seenAtMs: number;
  /** A request to it went unanswered and nothing was heard since: not handed out, pinged again. */
  suspect: boolean;
}

/** A contact in reserve. It may have died since: what is known of it is when it was last heard from. */
type Replacement = Pick<Entry, 'contact' | 'seenAtMs'>;

interface Bucket {
  /** Least recently seen first. */
  entries: Entry[];
  /** Contacts that found the bucket full, most recently seen last; at most K. */
  replacements: Replacement[];
  /** When a lookup last went through this part of the key space. */
  lookedUpAtMs: number;
  /** Most entries since then. */
  peak: number;
}

export interface RoutingTableComponents {
  clock: Clock;
  book: AddressBook;
}

/** What became of a contact that was seen. `full` carries the entry that a ping must clear before it makes room. */
export type Sighting = { kind: 'known' | 'added' } | { kind: 'full'; oldest: Entry };

const KNOWN: Sighting = { kind: 'known' };
const ADDED: Sighting = { kind: 'added' };

/**
 * The contacts that a node knows, dense near its own id and sparse far from it.
 *
 * Bucket i holds ids that share exactly i leading bits with the own id; the last one holds all that
 * share more and is split when it overflows. So the table is the paper's tree with splits only
 * towards the own id. Source: Maymounkov & Mazières 2002, sections 2.2 and 2.4.
 */
export class RoutingTable {
  readonly #own: NodeId;
  readonly #clock: Clock;
  readonly #book: AddressBook;
  /** Whether contacts that have answered go before those that have only spoken. */
  provenFirst = true;
  #buckets: Bucket[];
  #k: number;
  #size = 0;

  constructor(own: NodeId, components: RoutingTableComponents, k: number) {
    this.#own = own;
    this.#clock = components.clock;
    this.#book = components.book;
    this.#k = k;
    this.#buckets = [this.#newBucket()];
  }

  /** Number of contacts. */
  get size(): number {
    return this.#size;
  }

  get bucketCount(): number {
    return this.#buckets.length;
  }

  /** Contacts in the bucket of ids that share exactly `bits` leading bits (or more, for the last one). */
  bucketSize(bits: number): number {
    return this.#buckets[bits]?.entries.length ?? 0;
  }

  /** The places of such a bucket, least recently heard from first. */
  entriesOf(bits: number): readonly Readonly<Entry>[] {
    return this.#buckets[bits]?.entries ?? [];
  }

  /** Index of the bucket that an id belongs to. */
  bucketIndex(id: NodeId): number {
    return Math.min(commonPrefixBits(this.#own, id), this.#buckets.length - 1);
  }

  /**
   * Changes the bucket size: buckets that may hold more take replacements in; of a bucket that is now too
   * big the least recently seen contacts become replacements, the last bucket is split instead.
   */
  setK(k: number): void {
    if (k === this.#k) return;
    this.#k = k;
    while (this.#lastBucket.entries.length > k && this.#buckets.length < ID_BITS) this.#splitLast();
    for (const bucket of this.#buckets) {
      while (bucket.entries.length > k) {
        const dropped = bucket.entries.shift() as Entry;
        this.#remember(bucket, dropped.contact, dropped.seenAtMs);
        this.#forget(dropped);
      }
      while (bucket.replacements.length > k) bucket.replacements.shift();
      this.#promote(bucket);
    }
  }

  /** Notes that a contact was heard from. */
  see(contact: Contact): Sighting {
    if (contact.id.equals(this.#own)) return KNOWN;
    const bucket = this.#bucketOf(contact.id);
    const entries = bucket.entries;
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i] as Entry;
      if (entry.contact !== contact && !entry.contact.id.equals(contact.id)) continue;
      if (!entry.contact.same(contact)) return this.#seeMoved(entry, contact);
      entry.seenAtMs = this.#clock.now();
      entry.suspect = false;
      if (i !== entries.length - 1) {
        entries.splice(i, 1);
        entries.push(entry);
      }
      return KNOWN;
    }
    return this.#add(bucket, contact);
  }

  /** Marks a contact that left a request unanswered; one in reserve is forgotten. @returns whether the table holds it. */
  suspect(contact: Contact): boolean {
    const entry = this.#find(contact);
    if (entry) entry.suspect = true;
    else this.#dropReplacement(this.#bucketOf(contact.id), contact);
    return entry !== undefined;
  }

  /** Takes a contact out; a replacement takes its place. @returns whether it was there. */
  remove(contact: Contact): boolean {
    const bucket = this.#bucketOf(contact.id);
    this.#dropReplacement(bucket, contact);
    const index = bucket.entries.findIndex((entry) => entry.contact.same(contact));
    if (index < 0) return false;
    const [entry] = bucket.entries.splice(index, 1);
    this.#forget(entry as Entry);
    this.#promote(bucket);
    return true;
  }

  isSuspect(contact: Contact): boolean {
    return this.#find(contact)?.suspect ?? false;
  }

  /** Contacts that were not heard from since `sinceMs`, longest silent first; without those that are suspects anyway. */
  quiet(sinceMs: number): Contact[] {
    const entries = this.#buckets.flatMap((bucket) =>
      bucket.entries.filter((entry) => entry.seenAtMs < sinceMs && !entry.suspect),
    );
    return entries.sort((a, b) => a.seenAtMs - b.seenAtMs).map((entry) => entry.contact);
  }

  has(contact: Contact): boolean {
    return this.#find(contact) !== undefined;
  }

  /** The contact with an id, if the table holds it. */
  get(id: NodeId): Contact | undefined {
    return this.#bucketOf(id).entries.find((entry) => entry.contact.id.equals(id))?.contact;
  }

  contacts(): Contact[] {
    return this.#buckets.flatMap((bucket) => bucket.entries.map((entry) => entry.contact));
  }

  /** Contacts in reserve; they were heard from, but their buckets are full. */
  replacements(): Contact[] {
    return this.#buckets.flatMap((bucket) => bucket.replacements.map(({ contact }) => contact));
  }

  /**
   * The contacts nearest to a target, nearest first.
   *
   * @param count at most so many
   * @param exclude an id to leave out (the asker)
   * @param suspects also those that left a request unanswered
   */
  closest(target: NodeId, count: number, exclude?: NodeId, suspects = false): Contact[] {
    return this.#closest(target, count, exclude, (entry) => suspects || !entry.suspect);
  }

  /** The same of those that have answered something; where they are fewer, with those that have only spoken. */
  closestProven(target: NodeId, count: number, exclude?: NodeId): Contact[] {
    if (!this.provenFirst) return this.closest(target, count, exclude);
    const isProven = (entry: Entry) => !entry.suspect && entry.contact.proven;
    const proven = this.#closest(target, count, exclude, isProven);
    return proven.length < count ? this.closest(target, count, exclude) : proven;
  }

  #closest(
    target: NodeId,
    count: number,
    exclude: NodeId | undefined,
    fits: (entry: Entry) => boolean,
  ): Contact[] {
    const nearest: Contact[] = [];
    const last = this.#buckets.length - 1;
    const home = Math.min(commonPrefixBits(this.#own, target), last);
    const collect = (from: number, to: number) => {
      const start = nearest.length;
      for (let b = from; b <= to; b++) {
        const entries = (this.#buckets[b] as Bucket).entries;
        for (let i = 0; i < entries.length; i++) {
          const entry = entries[i] as Entry;
          if (!fits(entry)) continue;
          if (exclude !== undefined && entry.contact.id.equals(exclude)) continue;
          insertSorted(nearest, start, count, target, entry.contact);
        }
      }
    };
    // Ids of the target's own bucket are nearest, then all deeper buckets together, then the shallower ones outwards.
    collect(home, home);
    if (nearest.length < count && home < last) collect(home + 1, last);
    for (let b = home - 1; b >= 0 && nearest.length < count; b--) collect(b, b);
    return nearest;
  }

  /** Notes that a lookup went through the bucket of `target`. */
  markLookedUp(target: NodeId): void {
    const bucket = this.#bucketOf(target);
    bucket.lookedUpAtMs = this.#clock.now();
    bucket.peak = bucket.entries.length;
  }

  /** Indexes of the buckets that no lookup went through since `sinceMs`. */
  staleBuckets(sinceMs: number): number[] {
    return this.#indexesOf((bucket) => bucket.lookedUpAtMs < sinceMs);
  }

  /** Indexes of the buckets that have lost half of their contacts since a lookup last went through them. */
  shrunkBuckets(): number[] {
    return this.#indexesOf((bucket) => 2 * bucket.entries.length < bucket.peak);
  }

  /** Gives all contacts back to the address book. */
  clear(): void {
    for (const bucket of this.#buckets) for (const entry of bucket.entries) this.#forget(entry);
    this.#buckets = [this.#newBucket()];
  }

  #indexesOf(fits: (bucket: Bucket) => boolean): number[] {
    return this.#buckets.flatMap((bucket, index) => (fits(bucket) ? [index] : []));
  }

  #newBucket(): Bucket {
    return { entries: [], replacements: [], lookedUpAtMs: this.#clock.now(), peak: 0 };
  }

  #bucketOf(id: NodeId): Bucket {
    return this.#buckets[this.bucketIndex(id)] as Bucket;
  }

  get #lastBucket(): Bucket {
    return this.#buckets.at(-1) as Bucket;
  }

  #find(contact: Contact): Entry | undefined {
    return this.#bucketOf(contact.id).entries.find((entry) => entry.contact.same(contact));
  }

  /** A known id speaks from a new address: the old one keeps its place while it answers. */
  #seeMoved(entry: Entry, contact: Contact): Sighting {
    if (!entry.suspect) return { kind: 'full', oldest: entry };
    this.#book.release(entry.contact);
    entry.contact = this.#book.acquire(contact);
    entry.seenAtMs = this.#clock.now();
    entry.suspect = false;
    return ADDED;
  }

  #add(bucket: Bucket, contact: Contact): Sighting {
    if (bucket.entries.length < this.#k) {
      bucket.replacements = bucket.replacements.filter((other) => !other.contact.id.equals(contact.id));
      this.#hold(bucket, contact);
      return ADDED;
    }
    if (bucket === this.#lastBucket && this.#buckets.length < ID_BITS) {
      this.#splitLast();
      return this.#add(this.#bucketOf(contact.id), contact);
    }
    this.#remember(bucket, contact);
    return {
      kind: 'full',
      oldest: bucket.entries.find((entry) => entry.suspect) ?? (bucket.entries[0] as Entry),
    };
  }

  #splitLast(): void {
    const bits = this.#buckets.length - 1;
    const old = this.#lastBucket;
    const deeper = this.#newBucket();
    deeper.lookedUpAtMs = old.lookedUpAtMs;
    const isDeeper = (id: NodeId) => commonPrefixBits(this.#own, id) > bits;
    deeper.entries = old.entries.filter((entry) => isDeeper(entry.contact.id));
    deeper.replacements = old.replacements.filter(({ contact }) => isDeeper(contact.id));
    old.entries = old.entries.filter((entry) => !isDeeper(entry.contact.id));
    old.replacements = old.replacements.filter(({ contact }) => !isDeeper(contact.id));
    old.peak = old.entries.length;
    deeper.peak = deeper.entries.length;
    this.#buckets.push(deeper);
    this.#promote(old);
    this.#promote(deeper);
  }

  #hold(bucket: Bucket, contact: Contact, seenAtMs = this.#clock.now()): void {
    const shared = this.#book.acquire(contact);
    let index = bucket.entries.length;
    while (index > 0 && (bucket.entries[index - 1] as Entry).seenAtMs > seenAtMs) index--;
    bucket.entries.splice(index, 0, { contact: shared, seenAtMs, suspect: false });
    bucket.peak = Math.max(bucket.peak, bucket.entries.length);
    this.#size++;
  }

  #forget(entry: Entry): void {
    this.#book.release(entry.contact);
    this.#size--;
  }

  #remember(bucket: Bucket, contact: Contact, seenAtMs = this.#clock.now()): void {
    const index = bucket.replacements.findIndex((other) => other.contact.id.equals(contact.id));
    if (index >= 0) bucket.replacements.splice(index, 1);
    else if (bucket.replacements.length >= this.#k) bucket.replacements.shift();
    bucket.replacements.push({ contact, seenAtMs });
  }

  #dropReplacement(bucket: Bucket, contact: Contact): void {
    bucket.replacements = bucket.replacements.filter((other) => !other.contact.same(contact));
  }

  #promote(bucket: Bucket): void {
    while (bucket.entries.length < this.#k && bucket.replacements.length > 0) {
      const { contact, seenAtMs } = bucket.replacements.pop() as Replacement;
      this.#hold(bucket, contact, seenAtMs);
    }
  }
}

/** Inserts by distance into `list` from index `start` on, keeping `list` no longer than `limit`. */
function insertSorted(list: Contact[], start: number, limit: number, target: NodeId, contact: Contact): void {
  let i = list.length;
  if (i >= limit) {
    if (compareDistance(target, contact.id, (list[i - 1] as Contact).id) >= 0) return;
    i--;
  }
  while (i > start && compareDistance(target, contact.id, (list[i - 1] as Contact).id) < 0) {
    list[i] = list[i - 1] as Contact;
    i--;
  }
  list[i] = contact;
}
