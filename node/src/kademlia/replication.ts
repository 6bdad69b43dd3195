import { HEADER_BYTES, MAX_PAYLOAD_BYTES } from '../wire/datagram.js';
import { isValue, pack, unpack } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';
import type { Contact } from './contact.js';
import { compareDistance, type NodeId } from './id.js';
import type { LookupResult } from './lookup.js';
import type { LookupOptions, Parameters } from './node-init.js';
import { packAge, REPLICATE } from './requests/replicate.js';
import type { RoutingTable } from './routing-table.js';
import type { Storage, StoredValue } from './storage.js';

/** What stands under a deleted key, by convention of the network. */
export const DELETE_MARKER = '__DELETED__';
/** Holders that are read before the most frequent value wins; one alone may have missed a later write. */
const READ_QUORUM = 3;
/** Values that are sent on at a time. */
const REPUBLISH_AT_A_TIME = 8;

/** A value that does not fit in one datagram. */
export class ValueTooLargeError extends Error {
  constructor(bytes: number) {
    super(`Expected a request of at most ${MAX_PAYLOAD_BYTES} bytes, got ${bytes}: store a smaller value`);
    this.name = 'ValueTooLargeError';
  }
}

export interface GiveAwayOptions {
  /** Hexadecimal ids of the nodes that go at the same time: they take nothing. */
  leaving?: ReadonlySet<string> | undefined;
  /** Contacts to choose from, by default those of the own table. */
  known?: readonly Contact[] | undefined;
  signal?: AbortSignal | undefined;
}

/** What replication needs of its node. */
export interface ReplicatingNode {
  readonly id: NodeId;
  readonly extensions: boolean;
  readonly parameters: Readonly<Parameters>;
  readonly storage: Storage;
  readonly table: RoutingTable;
  readonly closed: boolean;
  lookup(target: NodeId, options?: LookupOptions): Promise<LookupResult>;
  lookupValue(key: NodeId, quorum: number, options?: LookupOptions): Promise<LookupResult>;
  request(contact: Contact, payload: Uint8Array): Promise<Uint8Array | undefined>;
  see(contact: Contact): void;
  doubt(contact: Contact): void;
}

/** Puts values on the K nearest nodes, keeps them there, and reads them back. */
export class Replication {
  readonly #node: ReplicatingNode;
  /** Contacts that do not know our own requests. */
  readonly #legacy = new WeakSet<Contact>();

  constructor(node: ReplicatingNode) {
    this.#node = node;
  }

  /** @param bytes MessagePack of the value */
  async put(key: NodeId, bytes: Uint8Array): Promise<number> {
    const payload = encodeRequest('store', this.#node.id, key, new Packed(bytes));
    if (payload.length > MAX_PAYLOAD_BYTES) throw new ValueTooLargeError(payload.length);
    const nearest = await this.#holders(key);
    const stored = nearest.own && this.#node.storage.set(key, bytes) ? 1 : 0;
    const answers = await Promise.all(nearest.others.map((contact) => this.#send(contact, payload)));
    return stored + answers.filter(Boolean).length;
  }

  /** @returns MessagePack of the value */
  async get(key: NodeId, options: LookupOptions): Promise<Uint8Array | undefined> {
    const own = this.#node.storage.get(key);
    const { values } = await this.#node.lookupValue(key, own ? READ_QUORUM - 1 : READ_QUORUM, options);
    const found = mostFrequent([...(own ? [own.bytes] : []), ...values.map((value) => value.bytes)]);
    const value = found && unpack(found);
    return isValue(value) && value !== DELETE_MARKER ? found : undefined;
  }

  delete(key: NodeId): Promise<number> {
    return this.put(key, pack(DELETE_MARKER));
  }

  /** Sends values on to the nodes that are nearest to them now, with their age. */
  republish(values: readonly StoredValue[]): Promise<void> {
    return this.#sendOn(values, async (key) => (await this.#holders(key, { refresh: true })).others);
  }

  /**
   * Gives values to the K nearest of the nodes that stay, as far as they are known: the own copies go away.
   *
   * A node knows all others around itself; only for a key that lies elsewhere, or when too few of them stay, must it look. Source: Kademlia paper,
   * section 2.5.
   */
  giveAway(
    values: readonly StoredValue[],
    { leaving, known = this.#node.table.contacts(), signal }: GiveAwayOptions = {},
  ): Promise<void> {
    const { id, parameters } = this.#node;
    const stays = (contact: Contact) => !leaving?.has(contact.id.hex);
    const receivers = async (key: NodeId) => {
      const found = nearestFirst(key, known);
      const last = found[parameters.k - 1];
      const isOwn = last !== undefined && compareDistance(key, id, last.id) < 0;
      const staying = found.filter(stays).slice(0, parameters.k);
      if (isOwn && staying.length === parameters.k) return staying;
      const { all } = await this.#holders(key, { refresh: true, signal });
      return nearestFirst(key, new Set([...found, ...all]))
        .filter(stays)
        .slice(0, parameters.k);
    };
    return this.#sendOn(values, receivers, signal);
  }

  async #sendOn(
    values: readonly StoredValue[],
    receiversOf: (key: NodeId) => Promise<Contact[]>,
    signal?: AbortSignal,
  ): Promise<void> {
    const queue = [...values];
    const worker = async () => {
      for (let value = queue.pop(); value && !signal?.aborted && !this.#node.closed; value = queue.pop()) {
        const current = value;
        const receivers = await receiversOf(current.key);
        await Promise.all(receivers.map((contact) => this.#replicate(contact, current)));
      }
    };
    await Promise.all(Array.from({ length: REPUBLISH_AT_A_TIME }, worker));
  }

  /**
   * Gives a newcomer the values that it should hold: those whose K nearest nodes it belongs to, sent
   * by the node that is nearest to the key. Source: `welcome_if_new` of the Python package.
   */
  handOver(newcomer: Contact): void {
    const { id, storage, table, parameters } = this.#node;
    if (storage.size === 0) return;
    for (const value of storage.values()) {
      const nearest = table.closest(value.key, parameters.k, newcomer.id);
      const first = nearest[0];
      const last = nearest[parameters.k - 1];
      if (first && compareDistance(value.key, id, first.id) > 0) continue;
      if (last && compareDistance(value.key, newcomer.id, last.id) > 0) continue;
      void this.#replicate(newcomer, value);
    }
  }

  /** The K nodes nearest to a key: `all` without the own node, `others` and `own` with it counted among the K. */
  async #holders(key: NodeId, options: LookupOptions = {}) {
    const { contacts } = await this.#node.lookup(key, options);
    const last = contacts[this.#node.parameters.k - 1];
    const own = last === undefined || compareDistance(key, this.#node.id, last.id) < 0;
    return { all: contacts, others: own && last ? contacts.slice(0, -1) : contacts, own };
  }

  /** Whether a contact is known to leave our own requests unanswered. */
  isLegacy(contact: Contact): boolean {
    return this.#legacy.has(contact);
  }

  async #replicate(contact: Contact, value: StoredValue): Promise<boolean> {
    const { extensions, id, storage } = this.#node;
    const bytes = new Packed(value.bytes);
    if (extensions && !this.#legacy.has(contact)) {
      const age = new Packed(packAge(storage.ageMs(value)));
      const payload = encodeRequest(REPLICATE, id, value.key, age, bytes);
      // A value at the very limit has no room for its age and goes without.
      if (payload.length <= MAX_PAYLOAD_BYTES && (await this.#send(contact, payload, false))) return true;
    }
    const stored = await this.#send(contact, encodeRequest('store', id, value.key, bytes));
    if (stored) this.#legacy.add(contact);
    return stored;
  }

  /** @param expected whether silence means that the contact may be dead */
  async #send(contact: Contact, payload: Uint8Array, expected = true): Promise<boolean> {
    const answer = await this.#node.request(contact, payload);
    if (answer) this.#node.see(contact);
    else if (expected) this.#node.doubt(contact);
    return answer !== undefined && unpack(answer.subarray(HEADER_BYTES)) === true;
  }
}

function nearestFirst(key: NodeId, contacts: Iterable<Contact>): Contact[] {
  return [...contacts].sort((a, b) => compareDistance(key, a.id, b.id));
}

/** The bytes that occur most often; among equals, those that come first. */
function mostFrequent(values: Uint8Array[]): Uint8Array | undefined {
  const counts = new Map<string, { count: number; bytes: Uint8Array }>();
  for (const bytes of values) {
    const text = Buffer.from(bytes).toString('latin1');
    const entry = counts.get(text);
    if (entry) entry.count++;
    else counts.set(text, { count: 1, bytes });
  }
  let best: { count: number; bytes: Uint8Array } | undefined;
  for (const entry of counts.values()) if (!best || entry.count > best.count) best = entry;
  return best?.bytes;
}
