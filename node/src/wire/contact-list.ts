import { isIPv4 } from 'node:net';
import type { AddressBook, Contact } from '../kademlia/contact.js';
import { ID_BYTES, NodeId, readWord } from '../kademlia/id.js';
import { HEADER_BYTES, MAX_CONTACTS, RESPONSE } from './datagram.js';

/**
 * The answer of `find_node`, whole datagram: an array of `[id, ip, port]`, nearest first.
 *
 * Written by hand because it is what a node does most: the contacts' bytes are ready, so an answer is
 * one copy. Same bytes as the MessagePack library's; tests compare.
 *
 * @param request the datagram being answered; its message id is taken over
 */
export function encodeContactsResponse(request: Uint8Array, contacts: readonly Contact[]): Uint8Array {
  const count = Math.min(contacts.length, MAX_CONTACTS);
  let length = HEADER_BYTES + (count < 16 ? 1 : 3);
  for (let i = 0; i < count; i++) length += (contacts[i] as Contact).encoded.length;
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = RESPONSE;
  for (let i = 1; i < HEADER_BYTES; i++) bytes[i] = request[i] as number;
  let o = HEADER_BYTES;
  if (count < 16) bytes[o++] = 0x90 | count;
  else {
    bytes[o++] = 0xdc;
    bytes[o++] = 0;
    bytes[o++] = count;
  }
  for (let i = 0; i < count; i++) {
    const encoded = (contacts[i] as Contact).encoded;
    for (let j = 0; j < encoded.length; j++) bytes[o++] = encoded[j] as number;
  }
  return bytes;
}

/**
 * Reads an array of `[id, ip, port]` that fills `bytes` from `offset` to the end.
 *
 * Entries whose address is no IPv4 address or whose port is 0 are left out.
 *
 * @returns undefined when the bytes are anything else.
 */
export function decodeContacts(bytes: Uint8Array, offset: number, book: AddressBook): Contact[] | undefined {
  const head = bytes[offset];
  let count: number;
  let o: number;
  if (head === undefined) return undefined;
  if ((head & 0xf0) === 0x90) {
    count = head & 0x0f;
    o = offset + 1;
  } else if (head === 0xdc && offset + 2 < bytes.length) {
    count = ((bytes[offset + 1] as number) << 8) | (bytes[offset + 2] as number);
    o = offset + 3;
  } else return undefined;
  const contacts: Contact[] = [];
  const reader = { offset: o };
  for (let i = 0; i < count; i++) {
    o = reader.offset;
    if (
      bytes[o] !== 0x93 ||
      bytes[o + 1] !== 0xc4 ||
      bytes[o + 2] !== ID_BYTES ||
      o + 3 + ID_BYTES > bytes.length
    ) {
      return undefined;
    }
    const known = book.find(readWord(bytes, o + 3), bytes, o);
    if (known) {
      reader.offset = o + known.encoded.length;
      contacts.push(known);
      continue;
    }
    reader.offset = o + 3 + ID_BYTES;
    const address = readString(bytes, reader);
    const port = readPort(bytes, reader);
    if (address === undefined || port === undefined) return undefined;
    if (port === 0 || !isIPv4(address)) continue;
    contacts.push(book.get(new NodeId(bytes, o + 3), address, port));
  }
  return reader.offset === bytes.length ? contacts : undefined;
}

function readString(bytes: Uint8Array, reader: { offset: number }): string | undefined {
  const head = bytes[reader.offset];
  if (head === undefined) return undefined;
  let length: number;
  let start = reader.offset + 1;
  if ((head & 0xe0) === 0xa0) length = head & 0x1f;
  else if (head === 0xd9 && start < bytes.length) length = bytes[start++] as number;
  else return undefined;
  if (start + length > bytes.length) return undefined;
  reader.offset = start + length;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1');
}

function readPort(bytes: Uint8Array, reader: { offset: number }): number | undefined {
  const head = bytes[reader.offset];
  if (head === undefined) return undefined;
  if (head < 0x80) {
    reader.offset += 1;
    return head;
  }
  const width = head === 0xcc ? 1 : head === 0xcd ? 2 : 0;
  if (width === 0 || reader.offset + width >= bytes.length) return undefined;
  let port = 0;
  for (let i = 1; i <= width; i++) port = (port << 8) | (bytes[reader.offset + i] as number);
  reader.offset += 1 + width;
  return port;
}
