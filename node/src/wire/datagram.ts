import { ID_BYTES } from '../kademlia/id.js';

/** First byte of a request. */
export const REQUEST = 0x00;
/** First byte of a response. */
export const RESPONSE = 0x01;
/** Type and message id stand before the MessagePack payload. */
export const HEADER_BYTES = 1 + ID_BYTES;
/** Most that may follow the header; the Python package refuses more. */
export const MAX_PAYLOAD_BYTES = 8192;
/** Contacts in one answer at most: 35 stay below a 1500-byte frame, 40 would be fragmented. */
export const MAX_CONTACTS = 35;

/** Whether a datagram has a header and a payload of allowed size. */
export function isFramed(bytes: Uint8Array): boolean {
  return (
    bytes.length > HEADER_BYTES &&
    bytes.length <= HEADER_BYTES + MAX_PAYLOAD_BYTES &&
    (bytes[0] === REQUEST || bytes[0] === RESPONSE)
  );
}

/** The answer to `request`: its message id, then the payload. */
export function responseTo(request: Uint8Array, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes[0] = RESPONSE;
  for (let i = 1; i < HEADER_BYTES; i++) bytes[i] = request[i] as number;
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}
