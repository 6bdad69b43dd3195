import { createHash } from 'node:crypto';

/** Bytes of a version: time 6, counter 2, writer 8, digest 8. */
export const VERSION_BYTES = 24;
/** Bytes of the digest of a value. */
export const DIGEST_BYTES = 8;
const COUNTER_OFFSET = 6;
const WRITER_OFFSET = 8;
const DIGEST_OFFSET = 16;

/** What decides which of two versions is newer, beside the value itself. */
export interface Stamp {
  /** Time of day, milliseconds since 1970. */
  timeMs: number;
  /** Tells apart what one clock stamped in the same millisecond; 0-65535. */
  counter: number;
  /** First bytes of the writer's id. */
  writer: Uint8Array;
}

/**
 * The version of a value: a hybrid logical clock's time, the writer, and the digest of the value.
 *
 * The larger one is the newer one, byte by byte. That is the only comparison of values there is; two values of one key
 * never have the same version. Source: Kulkarni et al., "Logical Physical Clocks", 2014.
 */
export class Version {
  /** @param bytes 24 bytes, not to be changed */
  constructor(readonly bytes: Uint8Array) {}

  static of(value: Uint8Array, { timeMs, counter, writer }: Stamp): Version {
    const bytes = new Uint8Array(VERSION_BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, Math.floor(timeMs / 2 ** 32));
    view.setUint32(2, timeMs >>> 0);
    view.setUint16(COUNTER_OFFSET, counter);
    bytes.set(writer.subarray(0, DIGEST_OFFSET - WRITER_OFFSET), WRITER_OFFSET);
    bytes.set(digestOf(value), DIGEST_OFFSET);
    return new Version(bytes);
  }

  get timeMs(): number {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset);
    return view.getUint16(0) * 2 ** 32 + view.getUint32(2);
  }

  get counter(): number {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset).getUint16(COUNTER_OFFSET);
  }

  /** Digest of the value, 8 bytes. */
  get digest(): Uint8Array {
    return this.bytes.subarray(DIGEST_OFFSET);
  }

  /** Whether it was given by a receiver to a value of a peer without versions: that may be older than it says. */
  get isGuess(): boolean {
    return this.bytes.subarray(WRITER_OFFSET, DIGEST_OFFSET).every((byte) => byte === 0);
  }

  equals(other: Version | undefined): boolean {
    return other !== undefined && compareVersions(this, other) === 0;
  }
}

/** Orders versions, the newest last; a value without a version is older than any. */
export function compareVersions(a: Version | undefined, b: Version | undefined): number {
  if (!a || !b) return (a ? 1 : 0) - (b ? 1 : 0);
  return Buffer.compare(a.bytes, b.bytes);
}

/** The first 8 bytes of the SHA-1 of a value. @param value MessagePack */
export function digestOf(value: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha1').update(value).digest().subarray(0, DIGEST_BYTES));
}
