import { encodeContactsResponse } from '../wire/contact-list.js';
import { MAX_CONTACTS, responseTo } from '../wire/datagram.js';
import { encodeValuePayload } from '../wire/find-value.js';
import { isValue, pack, unpack, unpackAll } from '../wire/message-pack.js';
import type { Request } from '../wire/request.js';
import { ID_BYTES, NodeId } from './id.js';
import type { RoutingTable } from './routing-table.js';
import type { Storage } from './storage.js';

/** A request with what its handler needs to answer it. */
export interface Incoming extends Request {
  /** The whole datagram; the answer takes its message id over. */
  bytes: Uint8Array;
  address: string;
  port: number;
  /** Whether the sender goes into the routing table; a handler may say no. */
  learnSender: boolean;
}

/** Answers one kind of request. */
export interface RequestHandler {
  /** Whether `request.sender` must be there. */
  readonly needsSender: boolean;
  /** @returns the datagram to send back; undefined when the arguments are wrong; null to leave it unanswered. */
  handle(incoming: Incoming): Uint8Array | undefined | null;
}

export interface HandlerComponents {
  id: NodeId;
  table: RoutingTable;
  storage: Storage;
  /** Contacts in an answer at most. */
  k: () => number;
  onLeave: (incoming: Incoming) => void;
  /** Nodes that did not answer the sender, which this node has named to it. */
  onSilent: (ids: NodeId[]) => void;
}

/** Requests that are ours; Python nodes leave them unanswered. */
export const REPLICATE = 'cqkd_replicate';
export const LEAVE = 'cqkd_leave';
/** "You have named these to me, and they do not answer": not answered itself. */
export const SILENT = 'cqkd_silent';
/** Ids in such a request at most. */
export const MAX_SILENT = 14;

const TRUE = pack(true);
const FALSE = pack(false);
/** MessagePack of an age in seconds is always an unsigned 32-bit integer, so that the value's place is known. */
const AGE_HEAD = 0xce;
const AGE_BYTES = 5;

/** Handlers of the requests of the Python package, and of ours. Source: facts of the wire format. */
export function createHandlers(parts: HandlerComponents, extensions: boolean): Map<string, RequestHandler> {
  const { id, table, storage } = parts;

  const nearest = ({ bytes, key, sender }: Incoming) =>
    key && encodeContactsResponse(bytes, table.closest(key, Math.min(parts.k(), MAX_CONTACTS), sender));

  /** @param keep puts the value where it belongs. @returns the answer; undefined when it is no value */
  const store = (
    { bytes, key }: Incoming,
    value: Uint8Array,
    keep: (key: NodeId, value: Uint8Array) => boolean,
  ) => {
    if (!key) return undefined;
    const decoded = unpack(value);
    if (decoded === null) {
      storage.delete(key);
      return responseTo(bytes, TRUE);
    }
    if (!isValue(decoded)) return undefined;
    return responseTo(bytes, keep(key, value.slice()) ? TRUE : FALSE);
  };

  const ownId = pack(id.bytes);
  const handlers = new Map<string, RequestHandler>([
    ['ping', { needsSender: true, handle: ({ bytes }) => responseTo(bytes, ownId) }],
    [
      'stun',
      { needsSender: false, handle: ({ bytes, address, port }) => responseTo(bytes, pack([address, port])) },
    ],
    ['find_node', { needsSender: true, handle: nearest }],
    [
      'find_value',
      {
        needsSender: true,
        handle: (incoming) => {
          const stored = incoming.key && storage.get(incoming.key);
          return stored ? responseTo(incoming.bytes, encodeValuePayload(stored.bytes)) : nearest(incoming);
        },
      },
    ],
    [
      'store',
      {
        needsSender: true,
        handle: (incoming) => store(incoming, incoming.rest, (key, value) => storage.set(key, value)),
      },
    ],
  ]);
  if (!extensions) return handlers;
  handlers.set(REPLICATE, {
    needsSender: true,
    handle: (incoming) => {
      const { rest } = incoming;
      if (rest[0] !== AGE_HEAD || rest.length <= AGE_BYTES) return undefined;
      const ageSeconds = new DataView(rest.buffer, rest.byteOffset).getUint32(1);
      return store(incoming, rest.subarray(AGE_BYTES), (key, value) =>
        storage.replicate(key, value, ageSeconds * 1000),
      );
    },
  });
  handlers.set(LEAVE, {
    needsSender: true,
    handle: (incoming) => {
      parts.onLeave(incoming);
      incoming.learnSender = false;
      return responseTo(incoming.bytes, TRUE);
    },
  });
  handlers.set(SILENT, {
    needsSender: true,
    handle: ({ key, rest }) => {
      const others = rest.length === 0 ? [] : unpackAll(rest);
      if (!key || !others?.every(isId)) return undefined;
      parts.onSilent([key, ...others.map((bytes) => new NodeId(bytes))]);
      return null;
    },
  });
  return handlers;
}

function isId(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === ID_BYTES;
}

/** MessagePack of an age, as `replicate` carries it. */
export function packAge(ageMs: number): Uint8Array {
  const bytes = new Uint8Array(AGE_BYTES);
  bytes[0] = AGE_HEAD;
  new DataView(bytes.buffer).setUint32(1, Math.max(0, Math.round(ageMs / 1000)));
  return bytes;
}
