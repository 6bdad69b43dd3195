import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES, MAX_CONTACTS } from '../wire/datagram.js';
import { decodeValueResponse } from '../wire/find-value.js';
import { decodeHeld } from '../wire/held.js';
import { pack, plainNumber, unpack, type Value } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';
import { RoundTripEstimator } from '../wire/round-trip.js';
import { type CallHandler, type Peer, Rpc } from '../wire/rpc.js';
import { RpcStats } from '../wire/stats.js';
import type { AddressBook, Contact } from './contact.js';
import {
  doubtKind,
  heardOwn,
  learnKind,
  OWN_PREFIX,
  type Phrased,
  phrase,
  type Question,
} from './dialect.js';
import { Dispatcher } from './dispatcher.js';
import { ID_BYTES, NodeId, randomIdSharing } from './id.js';
import { Liveness } from './liveness.js';
import { type Answer, Lookup, type LookupResult } from './lookup.js';
import {
  DEFAULT_PARAMETERS,
  type KademliaComponents,
  type KademliaInit,
  type LookupOptions,
  type Parameters,
} from './node-init.js';
import type { NodeObserver } from './observer.js';
import { createHandlers } from './requests/create-handlers.js';
import { FIND_VALUE, FIND_VERSION, MAX_HELD_CONTACTS } from './requests/held.js';
import { LEAVE } from './requests/leave.js';
import type { Incoming, RequestHandler } from './requests/request-handler.js';
import { MAX_SILENT, SILENT } from './requests/silent.js';
import { RoutingTable } from './routing-table.js';
import { HybridClock } from './values/hybrid-clock.js';
import { PlainValues } from './values/plain-values.js';
import { DELETE_MARKER, Storage, type StoredValue } from './values/storage.js';
import { StorageBudget } from './values/storage-budget.js';
import type { Answered, GiveAwayOptions } from './values/value-node.js';
import type { Values } from './values/values.js';
import { Version } from './values/version.js';
import { VersionedValues } from './values/versioned-values.js';

/** What the values of a node may take that shares no budget with others. */
const DEFAULT_STORAGE_BYTES = 16 * 1024 * 1024;
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
  readonly hybridClock: HybridClock;
  /** Called when somebody speaks under the id of this node, or names it. */
  onOwnId: ((contact: Contact) => void) | undefined;
  readonly #roundTrip: RoundTripEstimator;
  readonly #dispatcher: Dispatcher;
  readonly #liveness: Liveness;
  readonly #values: Values;
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
    const { storageBudget = new StorageBudget(DEFAULT_STORAGE_BYTES) } = parts;
    this.storage = new Storage(init.id, { clock, random, storageBudget });
    this.hybridClock = new HybridClock(() => clock.wallMs(), init.id.bytes);
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
    this.rpc.onProven = ({ address, port }) => parts.book.unproven.prove(address, port, clock.now());
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
          hybridClock: this.hybridClock,
          onUnversioned: (key) => this.#values.onUnversioned(key),
          k: () => this.#parameters.k,
          onLeave: (incoming) => this.#peerLeft(incoming),
          onSilent: (ids) => this.#liveness.check(ids),
        },
        this.extensions,
      ),
      contactOf: (id, address, port) => this.parts.book.get(id, address, port),
      mayAnswer: (request, sender, answerBytes) => this.#mayAnswer(request, sender, answerBytes),
      onSender: (sender, request) => this.#asked(sender, request),
    });
    this.#liveness = new Liveness({
      clock,
      table: this.table,
      ping: async (contact, attempts) => (await this.ping(contact, attempts)) !== undefined,
      verifies: () => this.#parameters.verifies,
      isLossy: () => this.rpc.lossy,
      onAdded: (contact) => this.#values.handOver(contact),
    });
    this.#values = this.extensions ? new VersionedValues(this) : new PlainValues(this);
    if (this.#values.observer) this.observe(this.#values.observer);
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
    const { k, timeoutMs, adaptiveWait, maxInFlight, verifies } = this.#parameters;
    this.table.setK(k);
    this.table.provenFirst = verifies;
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
    return this.#walk(target, encodeRequest('find_node', this.id, target), Number.POSITIVE_INFINITY, options);
  }

  /** Walks towards a key until the `quorum` nearest nodes have answered and one of them holds a value. */
  lookupValue(key: NodeId, quorum: number, options: LookupOptions = {}): Promise<LookupResult> {
    const plain = encodeRequest('find_value', this.id, key);
    const request = this.extensions ? { own: encodeRequest(FIND_VALUE, this.id, key), plain } : plain;
    return this.#walk(key, request, quorum, options);
  }

  /** Walks to the K nearest nodes that know versions, and asks each which one it holds. @param held the own one */
  findVersions(key: NodeId, held?: Version, options: LookupOptions = {}): Promise<LookupResult> {
    const own = encodeRequest(FIND_VERSION, this.id, key, ...(held ? [Packed.of(held.bytes)] : []));
    const request = { own, plain: encodeRequest('find_node', this.id, key) };
    return this.#walk(key, request, Number.POSITIVE_INFINITY, options);
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
    return this.#values.put(NodeId.fromName(key), packed);
  }

  /** Reads a value; undefined when there is none or it was deleted. */
  async get(key: string, options: LookupOptions = {}): Promise<Value | undefined> {
    const packed = await this.getPacked(key, options);
    return packed && plainNumber(unpack(packed) as Value);
  }

  /** Reads the MessagePack of a value; undefined as with `get`. */
  getPacked(key: string, options: LookupOptions = {}): Promise<Uint8Array | undefined> {
    return this.#values.get(NodeId.fromName(key), options);
  }

  /** Puts the delete marker under the key. @returns how many nodes took it */
  delete(key: string): Promise<number> {
    return this.#values.put(NodeId.fromName(key), pack(DELETE_MARKER));
  }

  /** Drops what is held under a key here, and what is left to do for it; nobody else learns of it. */
  dropValue(key: string): void {
    const id = NodeId.fromName(key);
    this.storage.delete(id);
    this.#values.forget(id);
  }

  /** Sends on the values that are due and drops those past their life; to be called now and then. */
  async maintainValues(): Promise<void> {
    this.storage.expire();
    await this.#values.maintain();
  }

  /** Gives its values to the nodes that hold them next and says goodbye to all it knows. */
  async leave(signal?: AbortSignal): Promise<void> {
    await this.giveAway(this.storage.values(), { signal });
    await this.sayGoodbye();
  }

  /** Gives values to the nodes that hold them next. */
  giveAway(values: readonly StoredValue[], options: GiveAwayOptions): Promise<void> {
    return this.#values.giveAway(values, options);
  }

  /** Sends a request, as the contact understands it, and notes whether it was answered. */
  async ask(contact: Contact, question: Question): Promise<Answered | undefined> {
    const phrased = phrase(contact, question);
    const answer = await this.#exchange(contact, phrased, phrased.fallback ? 3 : 2);
    if (!answer) {
      doubtKind(contact);
      return undefined;
    }
    return { ...answer, isOwn: learnKind(contact, phrased, question, answer.attempt) };
  }

  /** Sends a request of the Python package and notes whether it was answered. */
  send(contact: Contact, payload: Uint8Array): Promise<{ bytes: Uint8Array } | undefined> {
    return this.#exchange(contact, { payload }, 2);
  }

  #exchange(
    contact: Contact,
    { payload, fallback }: Phrased,
    attempts: number,
  ): Promise<{ bytes: Uint8Array; attempt: number } | undefined> {
    return new Promise((resolve) => {
      const handler: CallHandler = {
        answered: (call, bytes) => {
          this.see(contact);
          resolve({ bytes, attempt: call.answeredAttempt });
          return true;
        },
        failed: () => {
          this.doubt(contact);
          resolve(undefined);
        },
      };
      this.rpc.call(contact, payload, handler, { attempts, fallback });
    });
  }

  /** Tells all it knows that it goes. @param leaving hexadecimal ids of those that go too, and need not know */
  async sayGoodbye(leaving?: ReadonlySet<string>): Promise<void> {
    if (!this.extensions) return;
    const goodbye = encodeRequest(LEAVE, this.id);
    const known = [...this.table.contacts(), ...this.table.replacements()];
    const receivers = known.filter((contact) => !leaving?.has(contact.id.hex) && contact.kind !== 'legacy');
    await Promise.all(receivers.map((contact) => this.request(contact, goodbye)));
  }

  /** Closes the socket; everything pending fails. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const lookup of this.#lookups) lookup.stop();
    this.rpc.close();
    this.#liveness.close();
    this.#values.close();
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

  /** Who has answered nothing yet may not be there: little is sent to it until it answers a ping. */
  #mayAnswer({ address, port }: Incoming, sender: Contact | undefined, answerBytes: number): boolean {
    if (sender?.proven) return true;
    const { book, clock } = this.parts;
    const { isAnswered, isPinged } = book.unproven.take(address, port, answerBytes, clock.now());
    if (isPinged && !this.#closed) void this.request({ address, port }, this.#pingPayload, 1);
    return isAnswered;
  }

  #asked(contact: Contact, { name }: Incoming): void {
    if (this.#closed) return;
    if (contact.id.equals(this.id)) this.onOwnId?.(contact);
    if (name.startsWith(OWN_PREFIX)) heardOwn(contact);
    this.#liveness.asked(contact);
  }

  #walk(
    target: NodeId,
    request: Uint8Array | Question,
    quorum: number,
    options: LookupOptions,
  ): Promise<LookupResult> {
    const { alpha } = this.#parameters;
    const { seeds = [], refresh = false, signal, k = this.#parameters.k, onlySeeds = false } = options;
    const { book, clock } = this.parts;
    this.table.markLookedUp(target);
    let own = this.table.closestProven(target, k);
    if (own.length < k) own = this.table.closest(target, k, undefined, true);
    return new Promise((resolve) => {
      const stop = () => lookup.stop();
      const lookup: Lookup = new Lookup(this.rpc, {
        target,
        own: this.id,
        seeds: onlySeeds ? seeds : [...seeds, ...own],
        request,
        payloadFor: (other) => encodeRequest('find_node', this.id, other),
        decode: (bytes) => decodeAnswer(bytes, book),
        k,
        room: Math.min(this.#parameters.k, request instanceof Uint8Array ? MAX_CONTACTS : MAX_HELD_CONTACTS),
        alpha,
        quorum,
        refresh,
        nowMs: () => clock.now(),
        isSilent: (contact) => this.#avoids(contact),
        onOwnId: (contact) => this.onOwnId?.(contact),
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
      if (by.kind === 'legacy') continue;
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

const NO_DIGESTS = new Uint8Array(0);

/** Reads the answer to `find_node`, to `find_value`, or to the requests for versions. */
function decodeAnswer(bytes: Uint8Array, book: AddressBook): Answer | undefined {
  const contacts = decodeContacts(bytes, HEADER_BYTES, book);
  if (contacts) return { contacts };
  const answer = decodeHeld(bytes, book);
  if (answer) {
    const { version, value, ageSeconds, replaced } = answer.held;
    if (!version && !value) return { contacts: answer.contacts };
    const found = {
      bytes: value,
      version: version && new Version(version),
      ageMs: ageSeconds * 1000,
      replaced,
    };
    return { contacts: answer.contacts, found };
  }
  const value = decodeValueResponse(bytes);
  if (value === undefined) return undefined;
  return value === null
    ? {}
    : { found: { bytes: value, version: undefined, ageMs: 0, replaced: NO_DIGESTS } };
}

/** The id that a ping is answered with. */
function idIn(answer: Uint8Array): NodeId | undefined {
  const id = unpack(answer.subarray(HEADER_BYTES));
  return id instanceof Uint8Array && id.length === ID_BYTES ? new NodeId(id) : undefined;
}
