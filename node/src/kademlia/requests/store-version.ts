import { responseTo } from '../../wire/datagram.js';
import { packAge, readAge, readBin } from '../../wire/held.js';
import { isStorable, pack, unpack } from '../../wire/message-pack.js';
import { encodeRequest, Packed } from '../../wire/request.js';
import type { NodeId } from '../id.js';
import type { HybridClock } from '../values/hybrid-clock.js';
import { MAX_TRAVELLING } from '../values/replaced.js';
import type { Copy, Storage } from '../values/storage.js';
import { DIGEST_BYTES, digestOf, VERSION_BYTES, Version } from '../values/version.js';
import type { RequestHandler } from './request-handler.js';
import { answerTo } from './store.js';

/** Name of the request; Python nodes leave it unanswered. */
export const STORE_VERSION = 'cqkd_store';
const BIN8 = 0xc4;

export interface StoreVersionComponents {
  storage: Storage;
  hybridClock: HybridClock;
}

/**
 * Keeps a value with its version: true where it is there now, false where it is refused, the newer version where there
 * is one.
 */
export function storeVersionHandler({ storage, hybridClock }: StoreVersionComponents): RequestHandler {
  return {
    name: STORE_VERSION,
    needsSender: true,
    handle: (incoming) => {
      const copy = copyIn(incoming.rest);
      const { key } = incoming;
      if (!key || !copy) return undefined;
      const { bytes } = copy;
      const isItsVersion = Buffer.compare(digestOf(bytes), copy.version.digest) === 0;
      if (!isItsVersion || !isStorable(unpack(bytes), bytes) || !hybridClock.accepts(copy.version))
        return answerTo(incoming, false);
      const offered = storage.offer(key, copy, incoming.address);
      if (offered !== 'older') return answerTo(incoming, offered !== 'refused');
      const newer = storage.get(key)?.version;
      return responseTo(incoming.bytes, pack(newer?.bytes ?? false));
    },
  };
}

/** The request that stores a copy, with as many digests as there is room for. */
export function encodeStoreVersion(
  sender: NodeId,
  key: NodeId,
  { bytes, version, ageMs, replaced = new Uint8Array(0) }: Copy,
  limitBytes: number,
): Uint8Array {
  const encode = (digests: Uint8Array) =>
    encodeRequest(
      STORE_VERSION,
      sender,
      key,
      new Packed(Uint8Array.of(BIN8, VERSION_BYTES, ...version.bytes)),
      new Packed(packAge(ageMs / 1000)),
      new Packed(Uint8Array.of(BIN8, digests.length, ...digests)),
      new Packed(bytes),
    );
  const bare = encode(new Uint8Array(0));
  const count = Math.min(MAX_TRAVELLING, Math.floor((limitBytes - bare.length) / DIGEST_BYTES));
  if (count <= 0 || replaced.length === 0) return bare;
  return encode(replaced.subarray(-count * DIGEST_BYTES));
}

function copyIn(rest: Uint8Array): Copy | undefined {
  const reader = { bytes: rest, offset: 0 };
  const version = readBin(reader);
  const ageSeconds = readAge(reader);
  const replaced = readBin(reader);
  if (version?.length !== VERSION_BYTES || ageSeconds === undefined || !replaced) return undefined;
  if (replaced.length % DIGEST_BYTES !== 0) return undefined;
  const bytes = rest.slice(reader.offset);
  return { bytes, version: new Version(version), ageMs: ageSeconds * 1000, replaced };
}
