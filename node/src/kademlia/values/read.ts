import type { NodeId } from '../id.js';
import type { LookupOptions } from '../node-init.js';
import type { Copies } from './copies.js';
import { mostFrequent } from './most-frequent.js';

import type { ValueNode } from './value-node.js';
import { READ_QUORUM } from './values.js';

/**
 * Reads the newest value that the nearest holders have, and gives it to those of them that have an older one.
 *
 * Where nobody knows a version, what most holders have.
 *
 * @returns MessagePack
 */
export async function readNewest(
  node: ValueNode,
  copies: Copies,
  key: NodeId,
  options: LookupOptions,
): Promise<Uint8Array | undefined> {
  const { storage } = node;
  const own = storage.get(key);
  const walk = await node.lookupValue(key, own ? READ_QUORUM - 1 : READ_QUORUM, options);
  const newest = (await copies.newest(key, copies.newerThan(own, walk.found))) ?? (own && copies.of(own));
  if (!newest) return mostFrequent([storage.unversioned(key), ...walk.found.map(({ bytes }) => bytes)]);
  if (own && newest.version !== own.version) storage.offer(key, newest);
  const stale = walk.found.filter(({ version }) => version && !version.equals(newest.version));
  for (const { contact } of stale) void copies.send(contact, key, newest);
  return newest.bytes;
}
