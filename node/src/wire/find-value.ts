import { HEADER_BYTES } from './datagram.js';
import { isValue, pack, unpack } from './message-pack.js';

// {"value": …}: a map of one, the string "value".
const PREFIX = Uint8Array.of(0x81, 0xa5, 0x76, 0x61, 0x6c, 0x75, 0x65);

/** Payload of the answer `{"value": v}`; `value` is MessagePack and goes out byte for byte as it came in. */
export function encodeValuePayload(value: Uint8Array): Uint8Array {
  const payload = new Uint8Array(PREFIX.length + value.length);
  payload.set(PREFIX);
  payload.set(value, PREFIX.length);
  return payload;
}

/**
 * The MessagePack bytes of v in the answer `{"value": v}`.
 *
 * @returns null when v is nil (reads as absent); undefined when the answer is something else.
 */
export function decodeValueResponse(bytes: Uint8Array): Uint8Array | null | undefined {
  const head = bytes[HEADER_BYTES] as number;
  if ((head & 0xf0) !== 0x80 && head !== 0xde && head !== 0xdf) return undefined;
  const payload = bytes.subarray(HEADER_BYTES);
  const start = HEADER_BYTES + PREFIX.length;
  if (PREFIX.every((byte, i) => payload[i] === byte)) {
    const raw = bytes.subarray(start);
    const value = unpack(raw);
    if (value === null) return null;
    return isValue(value) ? raw.slice() : undefined;
  }
  const map = unpack(payload);
  if (typeof map !== 'object' || map === null || !('value' in map)) return undefined;
  if (map.value === null) return null;
  return isValue(map.value) ? pack(map.value) : undefined;
}
