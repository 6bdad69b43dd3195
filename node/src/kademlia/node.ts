import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES, MAX_CONTACTS } from '../wire/datagram.js';
import { decodeValueResponse } from '../wire/find-value.js';
import { pack, plainNumber, unpack, type Value } from '../wire/message-pack.js';
import { encodeRequest } from '../wire/request.js';
import { RoundTripEstimator } from '../wire/round-trip.js';
import { type Peer, Rpc } from '../wire/rpc.js';
import { RpcStats } from '../wire/stats.js';
import type { Contact } from './contact.js';
import { Dispatcher } from './dispatcher.js';
import { ID_BYTES, NodeId, randomIdSharing } from './id.js';
import { Liveness } from './liveness.js';
import { Lookup, type LookupResult } from './lookup.js';
import {
  DEFAULT_PARAMETERS,
  type KademliaComponents,
  type KademliaInit,
  type LookupOptions,
  type Parameters,
} from './node-init.js';
import type { NodeObserver } from './observer.js';
import { type GiveAwayOptions, Replication } from './replication.js';
import { createHandlers } from './requests/create-handlers.js';
import { LEAVE } from './requests/leave.js';
import type { Incoming, RequestHandler } from './requests/request-handler.js';
import { MAX_SILENT, SILENT } from './requests/silent.js';
import { RoutingTable } from './routing-table.js';
import { Storage, type StoredValue } from './storage.js';

/** Contacts that a bucket should hold when the node has joined. */
const JOIN_CONTACTS = 3;

/**
 * A Kademlia node on one socket: answers requests, keeps its routing table, looks up, stores and reads.
 *
 * Reads no clock, draws no random number and opens no socket of its own.
 */
export class KademliaNode {
  readonly id: NodeId;
  readonly table: RoutingTable;
  readonly storage: Storage;
  readonly stats = new RpcStats();
  readonly rpc: Rpc;
  readonly parts: KademliaComponents;
  readonly extensions: boolean;
  readonly #roundTrip: RoundTripEstimator;
  readonly #dispatcher: Dispatcher;
  readonly #liveness: Liveness;
  readonly #replication: Replication;
  readonly #pingPayload: Uint8Array;
  readonly #lookups = new Set<Lookup>();
  #parameters: Parameters;
  #closed = false;

  constructor(parts: KademliaComponents, init: KademliaInit) {
    const { clock, random, deadlines, transport } = parts;
    this.parts = parts;
    this.id = init.id;
    this.extensions = init.extensions ?? true;
    this.#parameters = { ...DEFAULT_PARAMETERS, ...init.parameters };
    this.table = new RoutingTable(init.id, parts, this.#parameters.k);
    this.storage = new Storage(clock, random);
    this.#roundTrip = new RoundTripEstimator(this.#parameters.timeoutMs);
    this.rpc = new Rpc({
      clock,
      random,
      deadlines,
      transport,
      roundTrip: this.#roundTrip,
      stats: this.stats,
    });
    this.rpc.onLateAnswer = (peer) => this.#heardLate(peer);
    this.#pingPayload = encodeRequest('ping', init.id);
    this.#dispatcher = new Dispatcher({
      clock,
      transport,
      rpc: this.rpc,
      stats: this.stats,
      handlers: createHandlers(
        {
          id: init.id,
          table: this.table,
          storage: this.storage,
          k: () => this.#parameters.k,
          onLeave: (incoming) => this.#peerLeft(incoming),
          onSilent: (ids) => this.#liveness.check(ids),
        },
        this.extensions,
      ),
      onSender: (id, address, port) => this.#asked(this.parts.book.get(id, address, port)),
    });
    this.#liveness = new Liveness({
      clock,
      table: this.table,
      ping: async (contact, attempts) => (await this.ping(contact, attempts)) !== undefined,
      verifies: () => this.#parameters.verifies,
      isLossy: () => this.rpc.lossy,
      onAdded: (contact) => this.#replication.handOver(contact),
    });
    this.#replication = new Replication(this);
    this.setParameters({});
  }

  get address(): string {
    return this.parts.transport.address;
  }

  get port(): number {
    return this.parts.transport.port;
  }

  get parameters(): Readonly<Parameters> {
    return this.#parameters;
  }

  /** Changes parameters of a running node. */
  setParameters(changes: Partial<Parameters>): void {
    this.#parameters = { ...this.#parameters, ...changes };
    const { k, timeoutMs, adaptiveWait, maxInFlight } = this.#parameters;
    this.table.setK(k);
    this.#roundTrip.ceilingMs = timeoutMs;
    this.#roundTrip.fixed = !adaptiveWait;
    this.rpc.maxAttempts = adaptiveWait ? Number.POSITIVE_INFINITY : 1;
    this.rpc.maxInFlight = maxInFlight;
  }

  /** How long an answer is waited for at present. Milliseconds. */
  get waitMs(): number {
    return this.#roundTrip.waitMs;
  }

  /** Smoothed round trip, milliseconds; undefined before the first answer. */
  get roundTripMs(): number | undefined {
    return this.#roundTrip.smoothedMs;
  }

  /** Tells somebody what happens from now on. */
  observe(observer: NodeObserver): void {
    this.#liveness.observe(observer);
  }

  /** Decides whether a contact that is not in the routing table may come in; unset, each may. */
  set admits(admits: (contact: Contact) => boolean) {
    this.#liveness.admits = admits;
  }

  /** Tells of contacts that are known not to answer: they must do so before they count as heard. */
  set isLost(isLost: (contact: Contact) => boolean) {
    this.#liveness.isLost = isLost;
  }

  /** Answers requests that the core does not know. @throws Error when the name is taken */
  handle(handler: RequestHandler): void {
    this.#dispatcher.handle(handler);
  }

  /**
   * Sends one request and waits for its answer.
   *
   * @param payload from `encodeRequest`
   * @returns the whole answer datagram; undefined when none came
   */
  request(peer: Peer, payload: Uint8Array, attempts = 2, refresh = false): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      this.rpc.call(
        peer,
        payload,
        {
          answered: (_call, bytes) => {
            resolve(bytes);
            return true;
          },
          failed: () => resolve(undefined),
        },
        { attempts, refresh },
      );
    });
  }

  /** @returns round trip in milliseconds; undefined when the contact did not answer or another id did. */
  async ping(contact: Contact, attempts = 2, refresh = false): Promise<number | undefined> {
    const startedAtMs = this.parts.clock.now();
    const answer = await this.request(contact, this.#pingPayload, attempts, refresh);
    const id = answer && idIn(answer);
    if (id?.equals(contact.id)) {
      this.see(contact);
      return this.parts.clock.now() - startedAtMs;
    }
    this.doubt(contact, false);
    if (id && !this.#closed) this.#liveness.replaced(contact);
    return undefined;
  }

  /** Asks who listens at an address. @returns its contact; undefined when nobody answered. */
  async contactAt(address: string, port: number, attempts = 2): Promise<Contact | undefined> {
    const answer = await this.request({ address, port }, this.#pingPayload, attempts);
    const id = answer && idIn(answer);
    if (!id) return undefined;
    const contact = this.parts.book.get(id, address, port);
    this.see(contact);
    return contact;
  }

  /**
   * Enters the network and looks around in it at once.
   *
   * @returns how many of the nearest nodes answered
   */
  async join(seeds: Contact[], signal?: AbortSignal): Promise<number> {
    const answered = await this.enter(seeds, signal);
    await this.lookAround(seeds, signal);
    return answered;
  }

  /**
   * Enters the network: looks its own id up, so that the nodes near it know it and it them.
   *
   * @returns how many of the nearest nodes answered
   */
  async enter(seeds: Contact[], signal?: AbortSignal): Promise<number> {
    const { contacts } = await this.lookup(this.id, { seeds, signal });
    return contacts.length;
  }

  /**
   * Looks through every bucket that holds too few to route by.
   *
   * Nodes near the own id know only their side of the key space; without the far buckets lookups for the other side
   * all go through the same few. Source: Maymounkov & Mazières 2002, section 2.3, with fewer contacts a bucket than K,
   * since traffic fills the rest.
   */
  async lookAround(seeds: Contact[], signal?: AbortSignal): Promise<void> {
    for (let bucket = 0; bucket < this.table.bucketCount - 1 && !signal?.aborted; bucket++) {
      if (this.table.bucketSize(bucket) >= JOIN_CONTACTS) continue;
      const target = randomIdSharing(this.id, bucket, this.parts.random);
      await this.lookup(target, { seeds, signal, k: JOIN_CONTACTS, onlySeeds: seeds.length > 0 });
    }
  }

  /** The K nodes nearest to a target, by walking towards it. */
  lookup(target: NodeId, options: LookupOptions = {}): Promise<LookupResult> {
    return this.#walk(target, 'find_node', Number.POSITIVE_INFINITY, options);
  }

  /** Walks towards a key until `quorum` holders gave their value. */
  lookupValue(key: NodeId, quorum: number, options: LookupOptions = {}): Promise<LookupResult> {
    return this.#walk(key, 'find_value', quorum, options);
  }

  /**
   * Stores a value on the K nodes nearest to the key.
   *
   * @returns how many took it
   * @throws ValueTooLargeError when it does not fit in a datagram
   */
  put(key: string, value: Value): Promise<number> {
    return this.putPacked(key, pack(value));
  }

  /** Stores the value that is `packed`, in MessagePack, as it is. @returns and throws as `put` */
  putPacked(key: string, packed: Uint8Array): Promise<number> {
    return this.#replication.put(NodeId.fromName(key), packed);
  }

  /** Reads a value; undefined when there is none or it was deleted. */
  async get(key: string, options: LookupOptions = {}): Promise<Value | undefined> {
    const packed = await this.getPacked(key, options);
    return packed && plainNumber(unpack(packed) as Value);
  }

  /** Reads the MessagePack of a value; undefined as with `get`. */
  getPacked(key: string, options: LookupOptions = {}): Promise<Uint8Array | undefined> {
    return this.#replication.get(NodeId.fromName(key), options);
  }

  /** Puts the delete marker under the key. @returns how many nodes took it */
  delete(key: string): Promise<number> {
    return this.#replication.delete(NodeId.fromName(key));
  }

  /** Sends on the values that are due and drops those past their life; to be called now and then. */
  async maintainValues(): Promise<void> {
    this.storage.expire();
    await this.#replication.republish(this.storage.takeDue());
  }

  /** Gives its values to the nodes that hold them next and says goodbye to all it knows. */
  async leave(signal?: AbortSignal): Promise<void> {
    await this.giveAway(this.storage.values(), { signal });
    await this.sayGoodbye();
  }

  /** Gives values to the nodes that hold them next. */
  giveAway(values: readonly StoredValue[], options: GiveAwayOptions): Promise<void> {
    return this.#replication.giveAway(values, options);
  }

  /** Tells all it knows that it goes. @param leaving hexadecimal ids of those that go too, and need not know */
  async sayGoodbye(leaving?: ReadonlySet<string>): Promise<void> {
    if (!this.extensions) return;
    const goodbye = encodeRequest(LEAVE, this.id);
    const known = [...this.table.contacts(), ...this.table.replacements()];
    const receivers = known.filter(
      (contact) => !leaving?.has(contact.id.hex) && !this.#replication.isLegacy(contact),
    );
    await Promise.all(receivers.map((contact) => this.request(contact, goodbye)));
  }

  /** Closes the socket; everything pending fails. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const lookup of this.#lookups) lookup.stop();
    this.rpc.close();
    this.#liveness.close();
    this.parts.transport.close();
    this.table.clear();
  }

  /** When somebody last asked it something, on its clock. */
  get askedAtMs(): number {
    return this.#dispatcher.askedAtMs;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Notes that a contact was heard from. */
  see(contact: Contact): void {
    if (!this.#closed) this.#liveness.see(contact);
  }

  /** Notes that a contact left a request unanswered. @param verify ping it again before it is taken out */
  doubt(contact: Contact, verify = true): void {
    if (!this.#closed) this.#liveness.doubt(contact, verify);
  }

  #asked(contact: Contact): void {
    if (!this.#closed) this.#liveness.asked(contact);
  }

  #walk(target: NodeId, method: string, quorum: number, options: LookupOptions): Promise<LookupResult> {
    const { alpha } = this.#parameters;
    const { seeds = [], refresh = false, signal, k = this.#parameters.k, onlySeeds = false } = options;
    const { book, clock } = this.parts;
    this.table.markLookedUp(target);
    let own = this.table.closest(target, k);
    if (own.length < k) own = this.table.closest(target, k, undefined, true);
    const decode = (bytes: Uint8Array) => {
      const value = method === 'find_value' ? decodeValueResponse(bytes) : undefined;
      if (value !== undefined) return { value };
      const contacts = decodeContacts(bytes, HEADER_BYTES, book);
      return contacts && { contacts };
    };
    return new Promise((resolve) => {
      const stop = () => lookup.stop();
      const lookup: Lookup = new Lookup(this.rpc, {
        target,
        own: this.id,
        seeds: onlySeeds ? seeds : [...seeds, ...own],
        payload: encodeRequest(method, this.id, target),
        payloadFor: (other) => encodeRequest('find_node', this.id, other),
        decode,
        k,
        room: Math.min(this.#parameters.k, MAX_CONTACTS),
        alpha,
        quorum,
        refresh,
        nowMs: () => clock.now(),
        isSilent: (contact) => this.#avoids(contact),
        onAnswer: (contact) => this.see(contact),
        onFailure: (contact) => this.doubt(contact),
        onDone: (result) => {
          signal?.removeEventListener('abort', stop);
          this.#lookups.delete(lookup);
          this.#tell(result.misled);
          for (const observer of this.#liveness.observers) observer.lookedUp?.(target, result);
          resolve(result);
        },
      });
      this.#lookups.add(lookup);
      signal?.addEventListener('abort', stop);
      if (signal?.aborted || this.#closed) lookup.stop();
      else lookup.start();
    });
  }

  /** Where datagrams get lost or answers come late, silence says little; without adaptive waits everybody is asked, as the Python package does. */
  get #trustsSilence(): boolean {
    return this.#parameters.adaptiveWait && !this.rpc.unreliable;
  }

  #avoids(contact: Contact): boolean {
    return this.#trustsSilence && this.#liveness.isSilent(contact);
  }

  /** Tells those that named silent nodes, so that they look for themselves and name them no more. */
  #tell(misled: LookupResult['misled']): void {
    if (!this.extensions || !this.#trustsSilence || this.#closed) return;
    for (const { by, silent } of misled) {
      if (this.#replication.isLegacy(by)) continue;
      const ids = silent.slice(0, MAX_SILENT).map((contact) => contact.id);
      this.rpc.notify(by, encodeRequest(SILENT, this.id, ...ids));
    }
  }

  #peerLeft({ sender, address, port }: Incoming): void {
    if (sender) this.#liveness.left(this.parts.book.get(sender, address, port));
  }

  #heardLate({ id, address, port }: Peer): void {
    if (id && !this.#closed) this.#liveness.seeLate(this.parts.book.get(id, address, port));
  }
}

/** The id that a ping is answered with. */
function idIn(answer: Uint8Array): NodeId | undefined {
  const id = unpack(answer.subarray(HEADER_BYTES));
  return id instanceof Uint8Array && id.length === ID_BYTES ? new NodeId(id) : undefined;
}
