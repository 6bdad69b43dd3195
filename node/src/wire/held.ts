import type { AddressBook, Contact } from '../kademlia/contact.js';
import { VERSION_BYTES } from '../kademlia/values/version.js';
import { decodeContacts } from './contact-list.js';
import { HEADER_BYTES, MAX_PAYLOAD_BYTES, responseTo } from './datagram.js';
import { isValue, unpack } from './message-pack.js';

const NIL = 0xc0;
const BIN8 = 0xc4;
const BIN16 = 0xc5;
const UINT32 = 0xce;
const FIVE = 0x95;
/** Without version, digests, value and contacts. */
const LEAST_BYTES = 1 + 1 + 5 + 2 + 1 + 1;
/** Contact lists of 16 and more have a head of three bytes. */
const LIST_HEAD_BYTES = 3;

/** What a holder says of a key. */
export interface Held {
  /** 24 bytes; undefined = it has no value with a version. */
  version?: Uint8Array | undefined;
  ageSeconds: number;
  /** Digests of replaced values, packed. */
  replaced: Uint8Array;
  /** MessagePack; undefined where the question was for the version alone, or it has no room here. */
  value?: Uint8Array | undefined;
}

/** The answer `[version, age, replaced, value, [contact…]]`, whole datagram, with as many of the contacts as fit. */
export function encodeHeldResponse(
  request: Uint8Array,
  held: Held,
  contacts: readonly Contact[],
): Uint8Array {
  const { version, ageSeconds, replaced } = held;
  const withoutValue = LEAST_BYTES + (version ? 1 + VERSION_BYTES : 0) + replaced.length + LIST_HEAD_BYTES;
  const fits = held.value && withoutValue + 2 + held.value.length <= MAX_PAYLOAD_BYTES;
  const value = fits ? held.value : undefined;
  let room = MAX_PAYLOAD_BYTES - withoutValue - (value ? 2 + value.length : 0);
  const named: Uint8Array[] = [];
  for (const { encoded } of contacts) {
    room -= encoded.length;
    if (room < 0) break;
    named.push(encoded);
  }
  const list = named.length < 16 ? [0x90 | named.length] : [0xdc, 0, named.length];
  return responseTo(
    request,
    Buffer.concat(
      [
        [FIVE],
        ...(version ? [[BIN8, VERSION_BYTES], version] : [[NIL]]),
        packAge(ageSeconds),
        [BIN8, replaced.length],
        replaced,
        ...(value ? [[BIN16, value.length >> 8, value.length & 255], value] : [[NIL]]),
        list,
        ...named,
      ].map((part) => Uint8Array.from(part)),
    ),
  );
}

/** Reads such an answer. @returns undefined when the bytes are anything else */
export function decodeHeld(
  bytes: Uint8Array,
  book: AddressBook,
): { held: Held; contacts: Contact[] } | undefined {
  if (bytes[HEADER_BYTES] !== FIVE) return undefined;
  const reader = { bytes, offset: HEADER_BYTES + 1 };
  const version = readBin(reader);
  const ageSeconds = readAge(reader);
  const replaced = readBin(reader);
  const value = readBin(reader);
  if (version === undefined || !replaced || value === undefined || ageSeconds === undefined) return undefined;
  if (version && version.length !== VERSION_BYTES) return undefined;
  if (value && !isValue(unpack(value))) return undefined;
  const contacts = decodeContacts(bytes, reader.offset, book);
  return (
    contacts && {
      held: { version: version ?? undefined, ageSeconds, replaced, value: value ?? undefined },
      contacts,
    }
  );
}

/** MessagePack of an age in seconds: always an unsigned 32-bit integer, so that the places of what follows are known. */
export function packAge(seconds: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = UINT32;
  new DataView(bytes.buffer).setUint32(1, Math.max(0, Math.ceil(seconds)));
  return bytes;
}

/** A place in a datagram that is being read. */
export interface Reader {
  bytes: Uint8Array;
  offset: number;
}

/** @returns a copy of the bytes; null for nil; undefined for anything else */
export function readBin(reader: Reader): Uint8Array | null | undefined {
  const { bytes, offset } = reader;
  const head = bytes[offset];
  if (head === NIL) {
    reader.offset++;
    return null;
  }
  const headBytes = head === BIN8 ? 2 : head === BIN16 ? 3 : 0;
  const start = offset + headBytes;
  if (headBytes === 0 || start > bytes.length) return undefined;
  const length =
    head === BIN8
      ? (bytes[offset + 1] as number)
      : ((bytes[offset + 1] as number) << 8) | (bytes[offset + 2] as number);
  if (start + length > bytes.length) return undefined;
  reader.offset = start + length;
  return bytes.slice(start, start + length);
}

/** @returns seconds; undefined when there is no age in the form of `packAge` */
export function readAge(reader: Reader): number | undefined {
  const { bytes, offset } = reader;
  if (bytes[offset] !== UINT32 || offset + 5 > bytes.length) return undefined;
  reader.offset += 5;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset + 1);
}
