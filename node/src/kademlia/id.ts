import { createHash } from 'node:crypto';
import type { RandomSource } from './components.js';

/** Bytes in an id. */
export const ID_BYTES = 20;
/** Bits in an id. */
export const ID_BITS = 160;

/** Reads a big-endian 32-bit word as a signed integer (signed words stay small integers in V8). */
export function readWord(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  );
}

/**
 * A 160-bit position in the key space, of a node or of a key.
 *
 * Five signed 32-bit words, most significant first, so that distances are compared without allocation.
 * Source: Maymounkov & Mazières, "Kademlia", 2002, section 2.
 */
export class NodeId {
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  readonly w4: number;

  /** Reads 20 bytes of `bytes` from `offset`. */
  constructor(bytes: Uint8Array, offset = 0) {
    this.w0 = readWord(bytes, offset);
    this.w1 = readWord(bytes, offset + 4);
    this.w2 = readWord(bytes, offset + 8);
    this.w3 = readWord(bytes, offset + 12);
    this.w4 = readWord(bytes, offset + 16);
  }

  /** SHA-1 of a name or a string key (UTF-8), as the Python network does. */
  static fromName(name: string): NodeId {
    return new NodeId(createHash('sha1').update(name, 'utf8').digest());
  }

  /** @throws RangeError unless `hex` is 40 hexadecimal digits. */
  static fromHex(hex: string): NodeId {
    if (!/^[0-9a-f]{40}$/i.test(hex))
      throw new RangeError(`Expected an id of 40 hexadecimal digits, got "${hex}"`);
    return new NodeId(Buffer.from(hex, 'hex'));
  }

  static random(random: RandomSource): NodeId {
    const bytes = new Uint8Array(ID_BYTES);
    random.fill(bytes);
    return new NodeId(bytes);
  }

  get bytes(): Uint8Array {
    const bytes = new Uint8Array(ID_BYTES);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, this.w0);
    view.setInt32(4, this.w1);
    view.setInt32(8, this.w2);
    view.setInt32(12, this.w3);
    view.setInt32(16, this.w4);
    return bytes;
  }

  get hex(): string {
    return Buffer.from(this.bytes).toString('hex');
  }

  equals(other: NodeId): boolean {
    return (
      this.w0 === other.w0 &&
      this.w1 === other.w1 &&
      this.w2 === other.w2 &&
      this.w3 === other.w3 &&
      this.w4 === other.w4
    );
  }
}

/**
 * Which of two ids is nearer to a target by XOR distance.
 *
 * @returns negative when `a` is nearer, positive when `b` is, 0 when they are the same id.
 */
export function compareDistance(target: NodeId, a: NodeId, b: NodeId): number {
  if (a.w0 !== b.w0) return ((a.w0 ^ target.w0) >>> 0) - ((b.w0 ^ target.w0) >>> 0);
  if (a.w1 !== b.w1) return ((a.w1 ^ target.w1) >>> 0) - ((b.w1 ^ target.w1) >>> 0);
  if (a.w2 !== b.w2) return ((a.w2 ^ target.w2) >>> 0) - ((b.w2 ^ target.w2) >>> 0);
  if (a.w3 !== b.w3) return ((a.w3 ^ target.w3) >>> 0) - ((b.w3 ^ target.w3) >>> 0);
  return ((a.w4 ^ target.w4) >>> 0) - ((b.w4 ^ target.w4) >>> 0);
}

/** Number of leading bits that two ids share, 0-160. */
export function commonPrefixBits(a: NodeId, b: NodeId): number {
  if (a.w0 !== b.w0) return Math.clz32(a.w0 ^ b.w0);
  if (a.w1 !== b.w1) return 32 + Math.clz32(a.w1 ^ b.w1);
  if (a.w2 !== b.w2) return 64 + Math.clz32(a.w2 ^ b.w2);
  if (a.w3 !== b.w3) return 96 + Math.clz32(a.w3 ^ b.w3);
  return 128 + Math.clz32(a.w4 ^ b.w4);
}

/** The id with one bit the other way. @param bit 0-159, most significant first */
export function withBitFlipped(id: NodeId, bit: number): NodeId {
  const bytes = id.bytes;
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (0x80 >> (bit & 7));
  return new NodeId(bytes);
}

/** A random id that shares exactly the first `bits` bits with `id` (at least `bits` when that is 160). */
export function randomIdSharing(id: NodeId, bits: number, random: RandomSource): NodeId {
  const bytes = new Uint8Array(ID_BYTES);
  random.fill(bytes);
  const own = id.bytes;
  const whole = bits >> 3;
  bytes.set(own.subarray(0, whole));
  if (whole >= ID_BYTES) return new NodeId(bytes);
  const keep = bits & 7;
  const mask = (0xff00 >> keep) & 0xff;
  const flip = 0x80 >> keep;
  const ownByte = own[whole] as number;
  const randomByte = bytes[whole] as number;
  bytes[whole] = (ownByte & mask) | (~ownByte & flip) | (randomByte & ~mask & ~flip & 0xff);
  return new NodeId(bytes);
}
