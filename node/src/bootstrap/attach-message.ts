import type { Tier } from '../control/api.js';
import { ID_BYTES, NodeId } from '../kademlia/id.js';
import { HEADER_BYTES } from '../wire/datagram.js';
import { pack, unpack, unpackAll } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';

/** Our own request: a node asks a bootstrap node to be its entry point, and says again and again that it is there. */
export const ATTACH = 'cqkd_attach';

/** What a node wants. */
export const attachKinds = {
  /** Whether the other is ready; no lease. */
  ask: 0,
  /** A lease; the node has no bootstrap node. */
  attach: 1,
  /** The lease that it has, for another while. */
  renew: 2,
  /** A lease with the node's own parent, which it had lost; it has another one meanwhile. */
  return: 3,
  /** A lease, because its bootstrap node has too many; it has one there. */
  move: 4,
  /** To end its lease. */
  release: 5,
} as const;

export type AttachKind = keyof typeof attachKinds;

/** What it gets; on the wire the position in this list. */
export const attachStatuses = [
  /** The other has not joined yet: ask again. */
  'not-ready',
  /** It has joined, and hands out no leases or was asked for none. */
  'ready',
  'granted',
  /** It takes no more; it names others that do. */
  'full',
  /** The lease goes on, but the node should move to one of those named. */
  'move',
  /** It belongs to another network. */
  'refused',
  /** There is no such lease: attach anew. */
  'unknown',
  /** Too many return at this moment: ask again. */
  'later',
] as const;

export type AttachStatus = (typeof attachStatuses)[number];

/** Who asks, as a lease remembers it. */
export interface AttachSelf {
  tier: Tier;
  region: string;
  /** `address:port` of the parent that its plan gives it; empty = none. */
  home: string;
}

export interface AttachAnswer {
  id: NodeId;
  status: AttachStatus;
  tier: Tier;
  attached: number;
  /** 0 = not told. */
  capacity: number;
  /** Other bootstrap nodes of the same tier, `address:port`. */
  places: string[];
}

/** The network key as it travels: 20 bytes, so that it is compared without being decoded. */
export function packedKeyOf(networkKey: string): NodeId {
  return NodeId.fromName(`cqkd ${networkKey}`);
}

/** Those that need no more than a kind are made once and sent again and again. */
export function encodeAttach(own: NodeId, key: NodeId, kind: AttachKind, self?: AttachSelf): Uint8Array {
  const about = self ? [self.tier, self.region, self.home].map((text) => Packed.of(text)) : [];
  return encodeRequest(ATTACH, own, key, Packed.of(attachKinds[kind]), ...about);
}

/** @param rest what follows the network key. @returns undefined when it is none of a form that is known */
export function decodeAttachSelf(rest: Uint8Array): AttachSelf | undefined {
  const [, tier, region, home] = unpackAll(rest) ?? [];
  if (typeof tier !== 'string' || typeof region !== 'string' || typeof home !== 'string') return undefined;
  return { tier: tier as Tier, region, home };
}

/** Payload of an answer. */
export function encodeAttachAnswer(answer: AttachAnswer): Uint8Array {
  const { id, status, tier, attached, capacity, places } = answer;
  return pack([id.bytes, attachStatuses.indexOf(status), tier, attached, capacity, places]);
}

/** @param bytes the whole answer datagram */
export function decodeAttachAnswer(bytes: Uint8Array): AttachAnswer | undefined {
  const parts = unpack(bytes.subarray(HEADER_BYTES));
  if (!Array.isArray(parts)) return undefined;
  const [id, code, tier, attached, capacity, places] = parts as unknown[];
  const status = attachStatuses[code as number];
  if (!(id instanceof Uint8Array) || id.length !== ID_BYTES || !status) return undefined;
  if (typeof tier !== 'string' || !isCount(attached) || !isCount(capacity) || !Array.isArray(places))
    return undefined;
  const named = places.filter((place): place is string => typeof place === 'string' && PLACE.test(place));
  return { id: new NodeId(id), status, tier: tier as Tier, attached, capacity, places: named };
}

const PLACE = /^[^\s:]{1,255}:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/;

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}
