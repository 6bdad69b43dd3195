import { DIGEST_BYTES } from './version.js';

/** Digests that one key keeps at most; the oldest goes first. */
const MAX_REPLACED = 64;
/** Digests that travel with a value, where there is room. */
export const MAX_TRAVELLING = 16;

/**
 * Digests of the values that a key held before: one of them that arrives again, without a version, is old.
 *
 * Latest last. Each lasts as long as a value can, from when it was last seen.
 */
export class Replaced {
  /** When it was noted, by its digest as text. */
  readonly #atMs = new Map<string, number>();

  get size(): number {
    return this.#atMs.size;
  }

  has(digest: Uint8Array): boolean {
    return this.#atMs.size > 0 && this.#atMs.has(textOf(digest));
  }

  add(digest: Uint8Array, nowMs: number): void {
    const text = textOf(digest);
    this.#atMs.delete(text);
    this.#atMs.set(text, nowMs);
    if (this.#atMs.size <= MAX_REPLACED) return;
    const [oldest = ''] = this.#atMs.keys();
    this.#atMs.delete(oldest);
  }

  /** Adds all that are packed in `bytes`. */
  addAll(bytes: Uint8Array, nowMs: number): void {
    for (let i = 0; i + DIGEST_BYTES <= bytes.length; i += DIGEST_BYTES)
      this.add(bytes.subarray(i, i + DIGEST_BYTES), nowMs);
  }

  delete(digest: Uint8Array): void {
    if (this.#atMs.size > 0) this.#atMs.delete(textOf(digest));
  }

  /** Drops what was noted before a time. */
  expire(beforeMs: number): void {
    for (const [text, atMs] of this.#atMs) if (atMs < beforeMs) this.#atMs.delete(text);
  }

  /** The latest digests, one after the other, in as many bytes as there is room for. */
  pack(roomBytes: number): Uint8Array {
    const count = Math.min(
      MAX_TRAVELLING,
      this.#atMs.size,
      Math.max(0, Math.floor(roomBytes / DIGEST_BYTES)),
    );
    if (count === 0) return new Uint8Array(0);
    return Buffer.from([...this.#atMs.keys()].slice(-count).join(''), 'latin1');
  }
}

function textOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, DIGEST_BYTES).toString('latin1');
}
