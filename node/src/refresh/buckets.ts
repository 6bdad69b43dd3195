import type { Parameters } from '../kademlia/node-init.js';
import type { RoutingTable } from '../kademlia/routing-table.js';
import { MAX_CONTACTS } from '../wire/datagram.js';

/** The node whose buckets are looked at. */
export interface BucketOwner {
  readonly table: RoutingTable;
  readonly parameters: Readonly<Pick<Parameters, 'k'>>;
}

/** Index from which on all buckets together fit in one answer: what is asked about the own id covers them. */
export function nearBuckets({ table, parameters }: BucketOwner): number {
  const most = Math.min(parameters.k, MAX_CONTACTS);
  let first = table.bucketCount - 1;
  let size = table.bucketSize(first);
  while (first > 0 && size + table.bucketSize(first - 1) <= most) size += table.bucketSize(--first);
  return first;
}

/**
 * Index from which on buckets are filled at once: the near ones and the one before. The K nearest
 * nodes of a key lie in a subtree whose halves hold fewer than K each, so whoever is in it must know both.
 */
export function denseBuckets(owner: BucketOwner): number {
  return Math.max(0, nearBuckets(owner) - 1);
}

/** The buckets that are looked through with this one: itself, or all near ones. */
export function lookedThroughWith(owner: BucketOwner, bucket: number): number[] {
  const near = nearBuckets(owner);
  if (bucket < near) return [bucket];
  return Array.from({ length: owner.table.bucketCount - near }, (_, index) => near + index);
}

/** Buckets, each once; the near ones stand for one. */
export function walksFor(owner: BucketOwner, buckets: Iterable<number>): number[] {
  const near = nearBuckets(owner);
  return [...new Set([...buckets].map((bucket) => Math.min(bucket, near)))];
}

/** Whether the buckets of a walk hold contacts, and all of them were heard from since then. */
export function allHeardSince(owner: BucketOwner, bucket: number, sinceMs: number): boolean {
  const entries = lookedThroughWith(owner, bucket).flatMap((each) => [...owner.table.entriesOf(each)]);
  return entries.length > 0 && entries.every((entry) => entry.seenAtMs >= sinceMs);
}

/** Contacts of the table that were heard from since then. */
export function heardSince(table: RoutingTable, sinceMs: number): number {
  let count = 0;
  for (let bucket = 0; bucket < table.bucketCount; bucket++)
    for (const entry of table.entriesOf(bucket)) if (entry.seenAtMs >= sinceMs) count++;
  return count;
}
