import { isUtf8 } from 'node:buffer';
import { Decoder, Encoder } from '@msgpack/msgpack';

/** What a store may hold; the Python package keeps no other types. */
export type Value = string | number | bigint | boolean | Uint8Array;

// Values above 2^53 must survive; a nesting bomb or a huge declared length must not.
const LIMIT = 8192;
const decoderOptions = {
  useBigInt64: true,
  maxStrLength: LIMIT,
  maxBinLength: LIMIT,
  maxArrayLength: LIMIT,
  maxMapLength: LIMIT,
  maxExtLength: LIMIT,
};

/** MessagePack of anything; an integer stays one, however large. */
export function pack(value: unknown): Uint8Array {
  return new Encoder({ useBigInt64: true }).encode(isLargeInteger(value) ? BigInt(value) : value);
}

/** MessagePack of a number as a float of 64 bits, also where an integer would do. */
export function packFloat(value: number): Uint8Array {
  return new Encoder({ forceIntegerToFloat: true }).encode(value);
}

/** True for MessagePack of a float, of 32 or 64 bits. */
export function isFloat(bytes: Uint8Array): boolean {
  return bytes[0] === 0xca || bytes[0] === 0xcb;
}

/** The encoder writes numbers that need 64 bits as floats, unless they are bigints. */
function isLargeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && ((value as number) >= 2 ** 32 || (value as number) < -(2 ** 31));
}

/** @returns the one value that fills `bytes`; undefined when they hold anything else. Note that nil reads as null. */
export function unpack(bytes: Uint8Array): unknown {
  try {
    return new Decoder(decoderOptions).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @returns the values that fill `bytes` one after the other; undefined when they are malformed. */
export function unpackAll(bytes: Uint8Array): unknown[] | undefined {
  try {
    return [...new Decoder(decoderOptions).decodeMulti(bytes)];
  } catch {
    return undefined;
  }
}

/** Whether a decoded value is one that a store may hold. */
export function isValue(value: unknown): value is Value {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return true;
    default:
      return value instanceof Uint8Array;
  }
}

/** True for a value that a store keeps; text must be UTF-8, for all who read it. @param bytes MessagePack of `decoded` */
export function isStorable(decoded: unknown, bytes: Uint8Array): decoded is Value {
  if (!isValue(decoded)) return false;
  return typeof decoded !== 'string' || isUtf8(bytes.subarray(textStart(bytes[0] as number)));
}

/** Where the text of a string begins. @param head the first byte of its MessagePack */
function textStart(head: number): number {
  if ((head & 0xe0) === 0xa0) return 1;
  return head === 0xd9 ? 2 : head === 0xda ? 3 : 5;
}

/** A decoded 64-bit integer as a plain number where that is exact. */
export function plainNumber(value: Value): Value {
  if (typeof value !== 'bigint') return value;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
