import { ID_BYTES, NodeId } from '../kademlia/id.js';
import { HEADER_BYTES } from './datagram.js';
import { pack, unpack, unpackAll } from './message-pack.js';

/** A request as it arrived. */
export interface Request {
  name: string;
  /** The caller's id; absent in `stun`. */
  sender?: NodeId;
  /** The first argument after the caller's id, where it is 20 bytes of binary. */
  key?: NodeId;
  /** MessagePack of the arguments that are left, one after the other; left undecoded so that values keep their exact bytes. */
  rest: Uint8Array;
}

const MAX_NAME_BYTES = 64;

/**
 * Reads `[name, args]` after the header.
 *
 * The form that every encoder writes is read in place; any other valid MessagePack goes through the library.
 *
 * @returns undefined when the datagram is no request of a form that is understood.
 */
export function decodeRequest(bytes: Uint8Array): Request | undefined {
  return decodeCanonical(bytes) ?? decodeGeneric(bytes.subarray(HEADER_BYTES));
}

function decodeCanonical(bytes: Uint8Array): Request | undefined {
  let o = HEADER_BYTES;
  if (bytes[o] !== 0x92) return undefined;
  const head = bytes[o + 1] as number;
  if ((head & 0xe0) !== 0xa0) return undefined;
  const nameStart = o + 2;
  o = nameStart + (head & 0x1f);
  const argsHead = bytes[o++];
  if (argsHead === undefined || (argsHead & 0xf0) !== 0x90) return undefined;
  let name = '';
  for (let i = nameStart; i < o - 1; i++) name += String.fromCharCode(bytes[i] as number);
  let left = argsHead & 0x0f;
  const request: Request = { name, rest: bytes };
  if (left > 0 && isIdAt(bytes, o)) {
    request.sender = new NodeId(bytes, o + 2);
    o += 2 + ID_BYTES;
    left--;
    if (left > 0 && isIdAt(bytes, o)) {
      request.key = new NodeId(bytes, o + 2);
      o += 2 + ID_BYTES;
      left--;
    }
  }
  request.rest = bytes.subarray(o);
  if (left === 0) return o === bytes.length ? request : undefined;
  return unpackAll(request.rest)?.length === left ? request : undefined;
}

function isIdAt(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === 0xc4 && bytes[offset + 1] === ID_BYTES && offset + 2 + ID_BYTES <= bytes.length;
}

function decodeGeneric(payload: Uint8Array): Request | undefined {
  const message = unpack(payload);
  if (!Array.isArray(message) || message.length !== 2) return undefined;
  const [name, args] = message as [unknown, unknown];
  if (typeof name !== 'string' || name.length > MAX_NAME_BYTES || !Array.isArray(args)) return undefined;
  const left = [...args];
  const request: Request = { name, rest: payload };
  if (isId(left[0])) {
    request.sender = new NodeId(left.shift() as Uint8Array);
    if (isId(left[0])) request.key = new NodeId(left.shift() as Uint8Array);
  }
  request.rest = Buffer.concat(left.map(pack));
  return request;
}

function isId(value: unknown): boolean {
  return value instanceof Uint8Array && value.length === ID_BYTES;
}

/** MessagePack of `[name, [sender, ...args]]`; arguments that are MessagePack already are wrapped in `Packed`. */
export function encodeRequest(
  name: string,
  sender: NodeId | undefined,
  ...args: (NodeId | Packed)[]
): Uint8Array {
  const parts: Uint8Array[] = [
    Uint8Array.of(0x92),
    pack(name),
    Uint8Array.of(0x90 | (args.length + (sender ? 1 : 0))),
  ];
  if (sender) parts.push(packId(sender));
  for (const arg of args) parts.push(arg instanceof NodeId ? packId(arg) : arg.bytes);
  return Buffer.concat(parts);
}

/** MessagePack bytes that go into a request as they are. */
export class Packed {
  constructor(readonly bytes: Uint8Array) {}

  static of(value: unknown): Packed {
    return new Packed(pack(value));
  }
}

function packId(id: NodeId): Uint8Array {
  return Uint8Array.of(0xc4, ID_BYTES, ...id.bytes);
}
