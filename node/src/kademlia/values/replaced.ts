import { DIGEST_BYTES } from './version.js';

/** Digests that one key keeps at most, of those that were replaced here and of those that others told of; the oldest goes first. */
const MAX_NOTED = 48;
const MAX_TOLD = 16;
/** Digests that travel with a value, where there is room, and that are taken from one datagram. */
export const MAX_TRAVELLING = 16;
/** A digest, when it was noted in seconds, and whether others told of it. */
const ENTRY_BYTES = DIGEST_BYTES + 5;
const TIME_OFFSET = DIGEST_BYTES;
const TOLD_OFFSET = DIGEST_BYTES + 4;

/**
 * Digests of the values that a key held before: one of them that arrives again, without a version, is old.
 *
 * Latest last. Each lasts as long as a value can, from when it was last seen. One array of bytes, since every value has
 * them.
 */
export class Replaced {
  #bytes: Uint8Array = new Uint8Array(0);

  get size(): number {
    return this.#bytes.length / ENTRY_BYTES;
  }

  /** Memory that they take. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  has(digest: Uint8Array): boolean {
    return this.#find(digest) >= 0;
  }

  /** Notes a digest, or that it was seen again. */
  add(digest: Uint8Array, nowMs: number): void {
    this.#put(digest, nowMs, false);
  }

  /** Adds those that somebody tells of; they never push out what was noted here, and renew nothing. */
  addAll(packed: Uint8Array, nowMs: number): void {
    const end = Math.min(packed.length, MAX_TRAVELLING * DIGEST_BYTES);
    for (let i = 0; i + DIGEST_BYTES <= end; i += DIGEST_BYTES) {
      const digest = packed.subarray(i, i + DIGEST_BYTES);
      if (!this.has(digest)) this.#put(digest, nowMs, true);
    }
  }

  delete(digest: Uint8Array): void {
    const at = this.#find(digest);
    if (at >= 0) this.#cut(at);
  }

  /** Drops what was noted before a time. */
  expire(beforeMs: number): void {
    for (let at = this.#bytes.length - ENTRY_BYTES; at >= 0; at -= ENTRY_BYTES)
      if (this.#secondsAt(at) * 1000 < beforeMs) this.#cut(at);
  }

  /** When the youngest was noted, milliseconds; -Infinity when there is none. */
  get latestMs(): number {
    let latest = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < this.#bytes.length; at += ENTRY_BYTES)
      latest = Math.max(latest, this.#secondsAt(at) * 1000);
    return latest;
  }

  /** The latest digests, one after the other, in as many bytes as there is room for. */
  pack(roomBytes = Number.POSITIVE_INFINITY): Uint8Array {
    const count = Math.min(MAX_TRAVELLING, this.size, Math.max(0, Math.floor(roomBytes / DIGEST_BYTES)));
    const packed = new Uint8Array(count * DIGEST_BYTES);
    const first = (this.size - count) * ENTRY_BYTES;
    for (let i = 0; i < count; i++) {
      const at = first + i * ENTRY_BYTES;
      packed.set(this.#bytes.subarray(at, at + DIGEST_BYTES), i * DIGEST_BYTES);
    }
    return packed;
  }

  #put(digest: Uint8Array, nowMs: number, isTold: boolean): void {
    this.delete(digest);
    this.#makeRoom(isTold);
    const bytes = new Uint8Array(this.#bytes.length + ENTRY_BYTES);
    bytes.set(this.#bytes);
    const at = this.#bytes.length;
    bytes.set(digest.subarray(0, DIGEST_BYTES), at);
    new DataView(bytes.buffer).setUint32(at + TIME_OFFSET, Math.max(0, nowMs / 1000));
    bytes[at + TOLD_OFFSET] = isTold ? 1 : 0;
    this.#bytes = bytes;
  }

  #makeRoom(isTold: boolean): void {
    const flag = isTold ? 1 : 0;
    let oldest = -1;
    let count = 0;
    for (let at = this.#bytes.length - ENTRY_BYTES; at >= 0; at -= ENTRY_BYTES) {
      if (this.#bytes[at + TOLD_OFFSET] !== flag) continue;
      oldest = at;
      count++;
    }
    if (count >= (isTold ? MAX_TOLD : MAX_NOTED)) this.#cut(oldest);
  }

  #find(digest: Uint8Array): number {
    for (let at = 0; at < this.#bytes.length; at += ENTRY_BYTES) {
      let i = 0;
      while (i < DIGEST_BYTES && this.#bytes[at + i] === digest[i]) i++;
      if (i === DIGEST_BYTES) return at;
    }
    return -1;
  }

  #cut(at: number): void {
    const bytes = new Uint8Array(this.#bytes.length - ENTRY_BYTES);
    bytes.set(this.#bytes.subarray(0, at));
    bytes.set(this.#bytes.subarray(at + ENTRY_BYTES), at);
    this.#bytes = bytes;
  }

  #secondsAt(at: number): number {
    return new DataView(this.#bytes.buffer).getUint32(at + TIME_OFFSET);
  }
}

/** Whether a digest is among packed ones. */
export function hasDigest(packed: Uint8Array, digest: Uint8Array): boolean {
  for (let i = 0; i + DIGEST_BYTES <= packed.length; i += DIGEST_BYTES)
    if (Buffer.compare(packed.subarray(i, i + DIGEST_BYTES), digest) === 0) return true;
  return false;
}
