import { encodeHeldResponse, type Held } from '../../wire/held.js';
import type { NodeId } from '../id.js';
import type { RoutingTable } from '../routing-table.js';
import { hasDigest } from '../values/replaced.js';
import type { Storage } from '../values/storage.js';
import { DIGEST_BYTES, VERSION_BYTES } from '../values/version.js';
import type { Incoming, RequestHandler } from './request-handler.js';

/** Names of the requests; Python nodes leave them unanswered. */
export const FIND_VERSION = 'cqkd_find_version';
export const FIND_VALUE = 'cqkd_find_value';
/** Contacts in an answer at most, so that it stays below a 1500-byte frame. */
export const MAX_HELD_CONTACTS = 30;
/** Beside a value that is enough to see whether nearer holders were passed by. */
const CONTACTS_BESIDE_VALUE = 8;
const NO_DIGESTS = new Uint8Array(0);
const BIN8 = 0xc4;

export interface HeldComponents {
  table: RoutingTable;
  storage: Storage;
}

/**
 * Says which version of a value is here, and names the contacts nearest to the key.
 *
 * A holder that asks names its own version: one who has the same leaves the replicas to it.
 */
export function findVersionHandler({ table, storage }: HeldComponents): RequestHandler {
  return {
    name: FIND_VERSION,
    needsSender: true,
    handle: (incoming) => {
      const { key, rest } = incoming;
      if (!key) return undefined;
      const asked = versionIn(rest);
      const held = heldOf(storage, key, asked);
      delete held.value;
      return encodeHeldResponse(incoming.bytes, held, contactsFor(table, incoming, key, MAX_HELD_CONTACTS));
    },
  };
}

/** Gives the value with its version, and names the contacts nearest to the key. */
export function findValueOfOursHandler({ table, storage }: HeldComponents): RequestHandler {
  return {
    name: FIND_VALUE,
    needsSender: true,
    handle: (incoming) => {
      const { key } = incoming;
      if (!key) return undefined;
      const held = heldOf(storage, key);
      const count = held.value ? CONTACTS_BESIDE_VALUE : MAX_HELD_CONTACTS;
      return encodeHeldResponse(incoming.bytes, held, contactsFor(table, incoming, key, count));
    },
  };
}

/** What is held, with the digest that was asked about among the replaced ones where it is one. */
function heldOf(storage: Storage, key: NodeId, asked?: Uint8Array): Held {
  const own = storage.get(key);
  if (!own?.version) return { ageSeconds: 0, replaced: NO_DIGESTS, value: storage.unversioned(key) };
  if (asked && Buffer.compare(asked, own.version.bytes) === 0) storage.postpone(own);
  const digest = asked?.subarray(VERSION_BYTES - DIGEST_BYTES);
  const latest = own.replaced.pack();
  const isEarlier = digest && own.replaced.has(digest) && !hasDigest(latest, digest);
  return {
    version: own.version.bytes,
    ageSeconds: storage.ageMs(own) / 1000,
    replaced: isEarlier ? Buffer.concat([digest, latest]) : latest,
    value: own.bytes,
  };
}

/** Contacts that may know versions come first: others must not crowd them out. */
function contactsFor(table: RoutingTable, { sender }: Incoming, key: NodeId, count: number) {
  const nearest = table.closestProven(key, count, sender);
  if (!nearest.some(({ kind }) => kind === 'legacy')) return nearest;
  const all = table.closestProven(key, 4 * count, sender);
  const known = all.filter(({ kind }) => kind !== 'legacy').slice(0, count);
  const legacy = nearest.filter(({ kind }) => kind === 'legacy');
  return [...known.slice(0, Math.max(count - legacy.length, count / 2)), ...legacy].slice(0, count);
}

/** The version that the asker names, if it names one. */
function versionIn(rest: Uint8Array): Uint8Array | undefined {
  if (rest[0] !== BIN8 || rest[1] !== VERSION_BYTES || rest.length !== 2 + VERSION_BYTES) return undefined;
  return rest.subarray(2);
}
