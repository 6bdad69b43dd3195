import type { Storage } from '../storage.js';
import type { RequestHandler } from './request-handler.js';
import { keep } from './store.js';

/** Name of the request; Python nodes leave it unanswered. */
export const REPLICATE = 'cqkd_replicate';
/** MessagePack of an age in seconds is always an unsigned 32-bit integer, so that the value's place is known. */
const AGE_HEAD = 0xce;
const AGE_BYTES = 5;

/** Keeps a copy of a value that was published earlier. */
export function replicateHandler(storage: Storage): RequestHandler {
  return {
    name: REPLICATE,
    needsSender: true,
    handle: (incoming) => {
      const { rest } = incoming;
      if (rest[0] !== AGE_HEAD || rest.length <= AGE_BYTES) return undefined;
      const ageSeconds = new DataView(rest.buffer, rest.byteOffset).getUint32(1);
      return keep(incoming, rest.subarray(AGE_BYTES), (key, value) =>
        storage.replicate(key, value, ageSeconds * 1000),
      );
    },
  };
}

/** MessagePack of an age, as `replicate` carries it. */
export function packAge(ageMs: number): Uint8Array {
  const bytes = new Uint8Array(AGE_BYTES);
  bytes[0] = AGE_HEAD;
  new DataView(bytes.buffer).setUint32(1, Math.max(0, Math.round(ageMs / 1000)));
  return bytes;
}
