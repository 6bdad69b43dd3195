import { MAX_PAYLOAD_BYTES } from '../../wire/datagram.js';
import type { Contact } from '../contact.js';
import type { NodeId } from '../id.js';
import type { LookupResult } from '../lookup.js';
import { encodeStoreVersion } from '../requests/store-version.js';
import type { Copies } from './copies.js';
import { isAmong } from './receivers.js';
import { Replaced } from './replaced.js';
import type { Copy } from './storage.js';
import type { ValueNode } from './value-node.js';
import { ValueTooLargeError } from './values.js';
import { VERSION_BYTES, Version } from './version.js';

const ANY_VERSION = new Version(new Uint8Array(VERSION_BYTES));

/** What came of giving a copy to those that should hold it. */
export interface Placed {
  /** Nodes that have it now, or something newer, this one among them; those that know versions, where there are any. */
  replicas: number;
  /** Whether every node that should have it could be reached. */
  isComplete: boolean;
}

/**
 * Gives a copy to the K nearest nodes that know versions, and to those without that are among the K nearest of all.
 *
 * @param walk from `findVersions`; holders of this very version are left out
 */
export async function place(
  node: ValueNode,
  copies: Copies,
  key: NodeId,
  copy: Copy,
  walk: LookupResult,
): Promise<Placed> {
  const isOwn = isAmong(node, key, walk.own);
  const own = isOwn ? walk.own.slice(0, node.parameters.k - 1) : walk.own;
  const legacy = walk.contacts.filter((contact) => !walk.own.includes(contact));
  const holders = new Set(
    walk.found.filter(({ version }) => version?.equals(copy.version)).map(({ contact }) => contact),
  );
  const receivers = [...own, ...legacy].filter((contact) => !holders.has(contact));
  const kept = isOwn ? node.storage.offer(key, copy) : undefined;
  const sent = await Promise.all(receivers.map((contact) => copies.send(contact, key, copy)));
  const hasIt = (contact: Contact, i: number) =>
    sent[i] !== 'refused' && sent[i] !== 'unanswered' && (own.length === 0 || own.includes(contact));
  const taken = receivers.filter(hasIt).length;
  const present = own.filter((contact) => holders.has(contact)).length;
  const isTaken = !sent.includes('unanswered') && !sent.includes('refused') && kept !== 'refused';
  return {
    replicas: taken + present + (kept && kept !== 'refused' ? 1 : 0),
    isComplete: !walk.missed && walk.contacts.length > 0 && isTaken,
  };
}

/**
 * The copy of a value that is written now: newer than all that was found, with the digests of what it replaces.
 *
 * @param isGuess a peer without versions has written it, as far as it is known
 */
export function newCopy(
  node: ValueNode,
  key: NodeId,
  bytes: Uint8Array,
  walk: LookupResult,
  isGuess = false,
): Copy {
  const { hybridClock, storage, parts } = node;
  const own = storage.get(key);
  const replaced = new Replaced();
  const now = parts.clock.now();
  if (own) replaced.addAll(own.replaced.pack(), now);
  for (const found of walk.found) replaced.addAll(found.replaced, now);
  const versions = [own?.version, ...walk.found.map(({ version }) => version)];
  for (const version of versions)
    if (version && hybridClock.learn(version)) replaced.add(version.digest, now);
  const version = hybridClock.next(bytes, isGuess);
  replaced.delete(version.digest);
  return { bytes, version, ageMs: 0, replaced: replaced.pack() };
}

/** @throws ValueTooLargeError when a value does not fit in a datagram with its version */
export function checkSize({ id }: ValueNode, key: NodeId, bytes: Uint8Array): void {
  const { length } = encodeStoreVersion(
    id,
    key,
    { bytes, version: ANY_VERSION, ageMs: 0 },
    MAX_PAYLOAD_BYTES,
  );
  if (length > MAX_PAYLOAD_BYTES) throw new ValueTooLargeError(length);
}
