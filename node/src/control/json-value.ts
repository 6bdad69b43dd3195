import { DELETE_MARKER } from '../kademlia/values/storage.js';
import { isFloat, isValue, pack, packFloat, unpack, type Value } from '../wire/message-pack.js';
import type { KeyValue } from './api.js';
import { HttpError } from './http-error.js';

/** Integers of MessagePack. */
const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;
/** Floats that JSON has no number for. */
const specialFloats: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const loneSurrogate = /\p{Surrogate}/u;
const shownLength = 40;

/** MessagePack of a value as JSON has it; exactly that value. @throws HttpError 400 for one that can't be kept */
export function packedOf({ value, encoding, type }: KeyValue): Uint8Array {
  if (encoding !== undefined) {
    if (type !== undefined) throw refused('no type with encoding base64', type);
    return pack(bytesOf(value));
  }
  if (type === 'float') return packFloat(floatOf(value));
  if (type === 'integer') return packInteger(value);
  if (typeof value === 'string') return pack(requireText(value));
  if (Object.is(value, -0)) return packFloat(-0);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw refused('integers beyond 2^53 as a string with "type": "integer"', value);
  return pack(value);
}

/** JSON of a value, with a type beside it where JSON has none. @param bytes MessagePack of a value that a store holds */
export function jsonOf(bytes: Uint8Array): KeyValue {
  const value = unpack(bytes) as Value;
  if (value instanceof Uint8Array)
    return { value: Buffer.from(value).toString('base64'), encoding: 'base64' };
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? { value: number } : { value: String(value), type: 'integer' };
  }
  if (typeof value !== 'number' || !isFloat(bytes)) return { value };
  for (const [text, special] of specialFloats)
    if (Object.is(value, special)) return { value: text, type: 'float' };
  return Number.isInteger(value) ? { value, type: 'float' } : { value };
}

/** Base64 of MessagePack: a value in the JSON between coordinator and hosts. */
export function toBase64(packed: Uint8Array): string {
  return Buffer.from(packed).toString('base64');
}

/** @returns undefined unless it is MessagePack of a value that a store holds */
export function fromBase64(text: string): Uint8Array | undefined {
  const packed = new Uint8Array(Buffer.from(text, 'base64'));
  return isValue(unpack(packed)) ? packed : undefined;
}

function bytesOf(value: KeyValue['value']): Uint8Array {
  if (typeof value !== 'string') throw refused('a string with encoding base64', value);
  if (!base64.test(value)) throw refused('base64 (RFC 4648, with padding)', value);
  return new Uint8Array(Buffer.from(value, 'base64'));
}

function floatOf(value: KeyValue['value']): number {
  const float = typeof value === 'string' ? specialFloats.get(value) : value;
  if (typeof float === 'number') return float;
  throw refused(`a number, or one of ${[...specialFloats.keys()].join(', ')}, with type float`, value);
}

function packInteger(value: KeyValue['value']): Uint8Array {
  const isInteger = typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isSafeInteger(value);
  const integer = isInteger ? BigInt(value) : undefined;
  if (integer === undefined || integer < LEAST || integer > MOST)
    throw refused(`digits from ${LEAST} to ${MOST} with type integer`, value);
  const number = Number(integer);
  return pack(Number.isSafeInteger(number) ? number : integer);
}

function requireText(value: string): string {
  if (value === DELETE_MARKER) throw refused('anything but the mark of a deleted key', value);
  // A lone surrogate has no UTF-8: holders of the Python package break off when they read it.
  if (loneSurrogate.test(value)) throw refused('text without a lone surrogate', value);
  return value;
}

function refused(takes: string, value: unknown): HttpError {
  const text = JSON.stringify(value);
  const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return new HttpError(400, `value takes ${takes}, got ${shown}`);
}
