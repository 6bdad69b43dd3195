import type { Clock, RandomSource } from './components.js';
import type { NodeId } from './id.js';

/** A value lives so long after it was published. Source: the Python package. */
export const VALUE_LIFETIME_MS = 604_800_000;
/** A holder sends a value to the nodes nearest to it when it has not been stored for so long. Source: the Python package. */
export const REPUBLISH_INTERVAL_MS = 3_600_000;
/** Share by which republishing is spread, so that one holder goes first and spares the others theirs. */
const REPUBLISH_SPREAD = 0.2;
/** Ages travel in whole seconds, and for a while. */
const AGE_TOLERANCE_MS = 2000;
/** What one node keeps at most, so that nobody can fill the memory of a host. */
const MAX_STORED_BYTES = 16 * 1024 * 1024;
/** Accounted for each value beside its bytes. */
const ENTRY_OVERHEAD_BYTES = 200;

export interface StoredValue {
  key: NodeId;
  /** MessagePack, byte for byte as it came. */
  bytes: Uint8Array;
  /** When it was published, on the node's clock. */
  publishedAtMs: number;
  /** When the node must send it on. */
  republishAtMs: number;
}

/** The values that one node holds. */
export class Storage {
  readonly #values = new Map<string, StoredValue>();
  #bytes = 0;

  constructor(
    readonly clock: Clock,
    readonly random: RandomSource,
  ) {}

  get size(): number {
    return this.#values.size;
  }

  /**
   * Keeps a value.
   *
   * @param ageMs time since it was published; a copy lives no longer than the original
   * @returns false when the node is full or the value is past its life
   */
  set(key: NodeId, bytes: Uint8Array, ageMs = 0): boolean {
    if (ageMs >= VALUE_LIFETIME_MS) return false;
    const name = key.hex;
    const old = this.#values.get(name);
    const grown = this.#bytes + cost(bytes) - (old ? cost(old.bytes) : 0);
    if (grown > MAX_STORED_BYTES) return false;
    this.#bytes = grown;
    const now = this.clock.now();
    this.#values.set(name, {
      key,
      bytes,
      publishedAtMs: now - ageMs,
      republishAtMs: this.#nextRepublish(now),
    });
    return true;
  }

  /**
   * Keeps a copy of a value, unless the own one was published later: a holder that was cut off must not
   * bring back what was overwritten meanwhile.
   *
   * @param ageMs time since the copy was published
   * @returns false when the node is full or the value is past its life
   */
  replicate(key: NodeId, bytes: Uint8Array, ageMs: number): boolean {
    const own = this.get(key);
    const now = this.clock.now();
    if (!own || own.publishedAtMs + AGE_TOLERANCE_MS < now - ageMs) return this.set(key, bytes, ageMs);
    own.republishAtMs = this.#nextRepublish(now);
    return true;
  }

  get(key: NodeId): StoredValue | undefined {
    if (this.#values.size === 0) return undefined;
    const value = this.#values.get(key.hex);
    if (value === undefined || this.ageMs(value) < VALUE_LIFETIME_MS) return value;
    this.delete(key);
    return undefined;
  }

  delete(key: NodeId): boolean {
    const name = key.hex;
    const value = this.#values.get(name);
    if (value === undefined) return false;
    this.#bytes -= cost(value.bytes);
    return this.#values.delete(name);
  }

  ageMs(value: StoredValue): number {
    return this.clock.now() - value.publishedAtMs;
  }

  values(): StoredValue[] {
    return [...this.#values.values()];
  }

  /** Drops what is past its life. */
  expire(): void {
    for (const value of this.#values.values()) {
      if (this.ageMs(value) >= VALUE_LIFETIME_MS) this.delete(value.key);
    }
  }

  /** The values that nobody has stored for an interval; each is due again an interval later. */
  takeDue(): StoredValue[] {
    const now = this.clock.now();
    const due = this.values().filter((value) => value.republishAtMs <= now);
    for (const value of due) value.republishAtMs = this.#nextRepublish(now);
    return due;
  }

  #nextRepublish(now: number): number {
    return now + REPUBLISH_INTERVAL_MS * (1 + REPUBLISH_SPREAD * (this.random.float() - 0.5));
  }
}

function cost(bytes: Uint8Array): number {
  return bytes.length + ENTRY_OVERHEAD_BYTES;
}
