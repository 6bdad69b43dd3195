import type { NodeId } from '../kademlia/id.js';
import { ID_BYTES, NodeId as Id } from '../kademlia/id.js';
import { HEADER_BYTES } from '../wire/datagram.js';
import { pack, unpack, unpackAll } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';

/** Our own request: bootstrap nodes of one tier see whether they live, and tell each other the loads of the tier. */
export const RING = 'cqkd_ring';

/** What is known of one bootstrap node. */
export interface News {
  /** `address:port`. */
  place: string;
  attached: number;
  capacity: number;
  /** Since it said so itself. Milliseconds, in steps of 100. */
  ageMs: number;
}

export interface RingAnswer {
  id: NodeId;
  /** Whether it has joined. */
  ready: boolean;
  news: News[];
}

/** Four bytes of address, two of port, attached, capacity and age each. */
const NEWS_BYTES = 12;
const AGE_STEP_MS = 100;
const MOST = 0xffff;

/** One datagram holds a whole tier: 64 × 12 bytes. */
export function encodeRing(own: NodeId, key: NodeId, news: readonly News[]): Uint8Array {
  return encodeRequest(RING, own, key, Packed.of(encodeNews(news)));
}

/** @param rest what follows the network key */
export function decodeRing(rest: Uint8Array): News[] | undefined {
  const [bytes] = unpackAll(rest) ?? [];
  return bytes instanceof Uint8Array ? decodeNews(bytes) : undefined;
}

/** Payload of an answer. */
export function encodeRingAnswer({ id, ready, news }: RingAnswer): Uint8Array {
  return pack([id.bytes, ready, encodeNews(news)]);
}

/** @param bytes the whole answer datagram */
export function decodeRingAnswer(bytes: Uint8Array): RingAnswer | undefined {
  const parts = unpack(bytes.subarray(HEADER_BYTES));
  if (!Array.isArray(parts)) return undefined;
  const [id, ready, news] = parts as unknown[];
  if (!(id instanceof Uint8Array) || id.length !== ID_BYTES || !(news instanceof Uint8Array))
    return undefined;
  const decoded = decodeNews(news);
  return decoded && { id: new Id(id), ready: ready === true, news: decoded };
}

function encodeNews(news: readonly News[]): Uint8Array {
  const bytes = new Uint8Array(news.length * NEWS_BYTES);
  const view = new DataView(bytes.buffer);
  news.forEach(({ place, attached, capacity, ageMs }, index) => {
    const at = index * NEWS_BYTES;
    const colon = place.lastIndexOf(':');
    place
      .slice(0, colon)
      .split('.')
      .forEach((part, i) => {
        bytes[at + i] = Number(part);
      });
    view.setUint16(at + 4, Number(place.slice(colon + 1)));
    view.setUint16(at + 6, Math.min(attached, MOST));
    view.setUint16(at + 8, Math.min(capacity, MOST));
    view.setUint16(at + 10, Math.min(Math.round(ageMs / AGE_STEP_MS), MOST));
  });
  return bytes;
}

function decodeNews(bytes: Uint8Array): News[] | undefined {
  if (bytes.length % NEWS_BYTES !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / NEWS_BYTES }, (_, index): News => {
    const at = index * NEWS_BYTES;
    return {
      place: `${bytes.subarray(at, at + 4).join('.')}:${view.getUint16(at + 4)}`,
      attached: view.getUint16(at + 6),
      capacity: view.getUint16(at + 8),
      ageMs: view.getUint16(at + 10) * AGE_STEP_MS,
    };
  });
}
