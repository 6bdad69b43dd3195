import { pack } from '../../wire/message-pack.js';
import type { Clock, RandomSource } from '../components.js';
import { commonPrefixBits, type NodeId } from '../id.js';
import { hasDigest, Replaced } from './replaced.js';
import type { Charge, StorageBudget } from './storage-budget.js';
import { compareVersions, digestOf, type Version } from './version.js';

/** A value lives so long after it was published. Source: the Python package. */
export const VALUE_LIFETIME_MS = 604_800_000;
/** The marker of a deleted key outlives what it deletes: ages travel in whole seconds, and clocks run differently fast. */
export const MARKER_LIFETIME_MS = VALUE_LIFETIME_MS + 86_400_000;
/** A holder sends a value to the nodes nearest to it when it has not been stored for so long. Source: the Python package. */
export const REPUBLISH_INTERVAL_MS = 3_600_000;
/** Share by which republishing is spread, so that one holder goes first and spares the others theirs. */
const REPUBLISH_SPREAD = 0.2;
/** The value of a health check is taken back by who stored it; if not, it goes after this time. */
const PROBE_LIFETIME_MS = 60_000;
/** Accounted for each value beside its bytes. */
const ENTRY_OVERHEAD_BYTES = 1500;

/** The value of a deleted key, by convention of the network. */
export const DELETE_MARKER = '__DELETED__';
const PACKED_MARKER = pack(DELETE_MARKER);

/** A value as it travels between nodes of ours. */
export interface Copy {
  /** MessagePack, byte for byte as it came. */
  bytes: Uint8Array;
  version: Version;
  /** Time since it was published; a copy lives no longer than the original. */
  ageMs: number;
  /** Digests of values that it has replaced, packed. */
  replaced?: Uint8Array | undefined;
}

export interface StoredValue {
  key: NodeId;
  /** MessagePack, byte for byte as it came. */
  bytes: Uint8Array;
  /** Undefined on a node without versions. */
  version: Version | undefined;
  replaced: Replaced;
  /** When it was published, on the node's clock. */
  publishedAtMs: number;
  /** When the node must see to its replicas. */
  republishAtMs: number;
  /** When this node got it. */
  changedAtMs: number;
}

/** A value, and what it takes of the budget. */
type Kept = StoredValue & { charge: Charge };

/** A value that came by a plain `store`: it has no version yet. */
interface Unversioned {
  key: NodeId;
  bytes: Uint8Array;
  atMs: number;
  /** From the health check of a peer: it never gets a version and is not sent on. */
  isProbe: boolean;
  charge: Charge;
}

/** `known`: this very version is there. `older`: a newer one is there. `refused`: no room, or past its life. */
export type Offered = 'kept' | 'known' | 'older' | 'refused';

/** `same`: it is there already. `replaced`: it is known to be old. `unknown`: kept until its version is found. */
export type OfferedPlain = 'same' | 'replaced' | 'unknown' | 'refused';

const NO_DIGESTS = new Uint8Array(0);
/** Who stores what is written by the node itself. */
const SELF = '';

export interface StorageComponents {
  clock: Clock;
  random: RandomSource;
  /** Shared by the nodes of a process. */
  storageBudget: StorageBudget;
}

/** The values that one node holds. */
export class Storage {
  readonly #id: NodeId;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #budget: StorageBudget;
  readonly #values = new Map<string, Kept>();
  readonly #unversioned = new Map<string, Unversioned>();

  constructor(id: NodeId, { clock, random, storageBudget }: StorageComponents) {
    this.#id = id;
    this.#clock = clock;
    this.#random = random;
    this.#budget = storageBudget;
  }

  get size(): number {
    return this.#values.size + this.#unversioned.size;
  }

  /**
   * Keeps a copy when it is newer than what is there; the older of the two is remembered as replaced.
   *
   * @param from address of the sender, whose share of the memory it counts to
   */
  offer(key: NodeId, { bytes, version, ageMs, replaced }: Copy, from = SELF): Offered {
    const now = this.#clock.now();
    const own = this.get(key);
    const order = own ? compareCopies({ version, replaced }, own) : 1;
    if (own && order <= 0) {
      if (order < 0) own.replaced.addAll(version.digest, now);
      else {
        if (replaced) own.replaced.addAll(replaced, now);
        own.republishAtMs = this.#nextRepublish(now);
      }
      // What is there may have been written again after it was replaced.
      own.replaced.delete(digestOfStored(own));
      this.#dropOldUnversioned(own);
      return order === 0 ? 'known' : 'older';
    }
    const history = own?.replaced ?? new Replaced();
    const stored = this.#set({ key, bytes, version, replaced: history }, ageMs, from);
    if (!stored) return 'refused';
    if (own) history.add(digestOfStored(own), now);
    if (replaced) history.addAll(replaced, now);
    history.delete(version.digest);
    this.#dropOldUnversioned(stored);
    return 'kept';
  }

  /** Takes a value of a peer without versions, which says nothing about its age. */
  offerPlain(key: NodeId, bytes: Uint8Array, { from = SELF, isProbe = false } = {}): OfferedPlain {
    const name = key.hex;
    const now = this.#clock.now();
    const own = this.get(key);
    if (own && Buffer.compare(own.bytes, bytes) === 0) {
      this.#dropUnversioned(name);
      own.republishAtMs = this.#nextRepublish(now);
      return 'same';
    }
    const digest = digestOf(bytes);
    if (own?.replaced.has(digest)) {
      own.replaced.add(digest, now);
      return 'replaced';
    }
    const waiting = this.#unversioned.get(name);
    if (waiting && Buffer.compare(waiting.bytes, bytes) === 0) return 'same';
    this.#dropUnversioned(name);
    const charge = this.#charge(key, bytes, from, () => this.#unversioned.delete(name));
    if (!charge) return 'refused';
    this.#unversioned.set(name, { key, bytes, atMs: now, isProbe, charge });
    return 'unknown';
  }

  /** Keeps a value as the Python package does: the last one that comes stays. @returns false when there is no room */
  setPlain(key: NodeId, bytes: Uint8Array, from = SELF): boolean {
    return this.#set({ key, bytes, version: undefined, replaced: new Replaced() }, 0, from) !== undefined;
  }

  /** The value that is known to be the newest here. */
  get(key: NodeId): StoredValue | undefined {
    if (this.#values.size === 0) return undefined;
    const value = this.#values.get(key.hex);
    if (value === undefined || !this.#isPast(value)) return value;
    this.delete(key);
    return undefined;
  }

  /** A value that waits for its version. */
  unversioned(key: NodeId): Uint8Array | undefined {
    return this.#unversioned.size === 0 ? undefined : this.#unversioned.get(key.hex)?.bytes;
  }

  /** Address of who sent that. */
  senderOfUnversioned(key: NodeId): string {
    return this.#unversioned.get(key.hex)?.charge.from ?? SELF;
  }

  /** What a peer without versions reads: what such a peer has written last, else the newest value. */
  plain(key: NodeId): Uint8Array | undefined {
    return this.unversioned(key) ?? this.get(key)?.bytes;
  }

  /** Drops all that is known of a key. */
  delete(key: NodeId): boolean {
    const name = key.hex;
    const waited = this.#dropUnversioned(name);
    const value = this.#values.get(name);
    if (value === undefined) return waited;
    this.#budget.remove(value.charge);
    return this.#values.delete(name);
  }

  /** Drops a value that waits for its version, unless another one has come meanwhile. */
  dropUnversioned(key: NodeId, bytes: Uint8Array): boolean {
    const waiting = this.unversioned(key);
    return waiting !== undefined && Buffer.compare(waiting, bytes) === 0 && this.#dropUnversioned(key.hex);
  }

  ageMs(value: StoredValue): number {
    return this.#clock.now() - value.publishedAtMs;
  }

  values(): StoredValue[] {
    return [...this.#values.values()];
  }

  /** Keys whose values wait for a version. */
  waiting(): NodeId[] {
    return [...this.#unversioned.values()].filter(({ isProbe }) => !isProbe).map(({ key }) => key);
  }

  /** Drops what is past its life. */
  expire(): void {
    const now = this.#clock.now();
    for (const value of this.#values.values()) {
      if (this.#isPast(value)) this.delete(value.key);
      else value.replaced.expire(now - VALUE_LIFETIME_MS);
    }
    for (const [name, { atMs, isProbe }] of this.#unversioned)
      if (now - atMs >= (isProbe ? PROBE_LIFETIME_MS : VALUE_LIFETIME_MS)) this.#dropUnversioned(name);
  }

  /** The values that nobody has stored for an interval; each is due again an interval later. */
  takeDue(): StoredValue[] {
    const now = this.#clock.now();
    const due = this.values().filter((value) => value.republishAtMs <= now);
    for (const value of due) value.republishAtMs = this.#nextRepublish(now);
    return due;
  }

  /** Another holder sees to the replicas of a value. */
  postpone(value: StoredValue): void {
    value.republishAtMs = this.#nextRepublish(this.#clock.now());
  }

  #set(
    value: Pick<StoredValue, 'key' | 'bytes' | 'version' | 'replaced'>,
    ageMs: number,
    from: string,
  ): StoredValue | undefined {
    const { key, bytes } = value;
    if (ageMs >= lifetimeOf(bytes)) return undefined;
    const name = key.hex;
    const old = this.#values.get(name);
    if (old) this.#budget.remove(old.charge);
    const charge = this.#charge(key, bytes, from, () => this.#values.delete(name), value.replaced.byteLength);
    if (!charge) {
      if (old) this.#budget.add(old.charge);
      return undefined;
    }
    const now = this.#clock.now();
    const stored = {
      ...value,
      publishedAtMs: now - ageMs,
      republishAtMs: this.#nextRepublish(now),
      changedAtMs: now,
      charge,
    };
    this.#values.set(name, stored);
    return stored;
  }

  /** @returns undefined when there is no room */
  #charge(
    key: NodeId,
    { length }: Uint8Array,
    from: string,
    evict: () => void,
    more = 0,
  ): Charge | undefined {
    const nearness = commonPrefixBits(this.#id, key);
    const charge = { bytes: length + ENTRY_OVERHEAD_BYTES + more, from, nearness, evict };
    return this.#budget.add(charge) ? charge : undefined;
  }

  /** The marker of a deleted key stays as long as what it replaced is sent on by others. */
  #isPast(value: StoredValue): boolean {
    if (this.ageMs(value) < lifetimeOf(value.bytes)) return false;
    return !isMarker(value.bytes) || this.#clock.now() - value.replaced.latestMs >= VALUE_LIFETIME_MS;
  }

  /** What waits for a version is settled when it is the value itself, or one that this has replaced. */
  #dropOldUnversioned({ key, bytes, replaced }: StoredValue): void {
    const waiting = this.unversioned(key);
    if (!waiting) return;
    if (Buffer.compare(waiting, bytes) === 0 || replaced.has(digestOf(waiting)))
      this.#dropUnversioned(key.hex);
  }

  #dropUnversioned(name: string): boolean {
    const waiting = this.#unversioned.get(name);
    if (!waiting) return false;
    this.#budget.remove(waiting.charge);
    return this.#unversioned.delete(name);
  }

  #nextRepublish(now: number): number {
    return now + REPUBLISH_INTERVAL_MS * (1 + REPUBLISH_SPREAD * (this.#random.float() - 0.5));
  }
}

/** True for the value of a deleted key. @param bytes MessagePack */
export function isMarker(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, PACKED_MARKER) === 0;
}

/**
 * Orders two copies of a key, the newest last: by their versions. Only a guessed version yields to a value that has
 * replaced its own.
 */
export function compareCopies(
  a: { version: Version; replaced?: Uint8Array | undefined },
  b: { version: Version | undefined; replaced: Replaced },
): number {
  const order = compareVersions(a.version, b.version);
  if (order === 0 || !b.version) return order;
  const aIsOld = a.version.isGuess && b.replaced.has(a.version.digest);
  const bIsOld = b.version.isGuess && hasDigest(a.replaced ?? NO_DIGESTS, b.version.digest);
  return aIsOld === bIsOld ? order : aIsOld ? -1 : 1;
}

function lifetimeOf(bytes: Uint8Array): number {
  return isMarker(bytes) ? MARKER_LIFETIME_MS : VALUE_LIFETIME_MS;
}

function digestOfStored({ bytes, version }: StoredValue): Uint8Array {
  return version?.digest ?? digestOf(bytes);
}
