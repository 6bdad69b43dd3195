import { setMaxListeners } from 'node:events';
import { inLanes } from '../control/lanes.js';
import type { Contact } from '../kademlia/contact.js';
import { compareDistance } from '../kademlia/id.js';
import type { StoredValue } from '../kademlia/values/storage.js';
import { compareVersions } from '../kademlia/values/version.js';
import type { HostedNode } from './hosted-node.js';

/** Nodes that give away values, or say goodbye, at a time. */
const LEAVE_CONCURRENCY = 16;

export interface GoodbyeOptions {
  /** Hexadecimal ids of nodes that leave on other hosts at the same time. */
  leaving?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Lets nodes leave: each value that they store goes once to the nearest of those that stay, and only then the first of
 * them says goodbye. A node that left by itself would give its values to the next ones to leave.
 */
export async function leaveTogether(
  nodes: readonly HostedNode[],
  { leaving = [], signal }: GoodbyeOptions = {},
): Promise<void> {
  if (signal) setMaxListeners(0, signal);
  const joined = nodes.filter((node) => node.isJoined);
  const gone = new Set([...leaving, ...nodes.map(({ dht }) => dht.id.hex)]);
  const options = { leaving: gone, known: knownTo(joined), signal };
  const givers = [...shareOut(joined)];
  await inLanes(
    givers,
    LEAVE_CONCURRENCY,
    ([node, values]) => node.dht.kademlia.giveAway(values, options),
    signal,
  );
  await inLanes(nodes, LEAVE_CONCURRENCY, (node) => node.leave({ together: gone, signal }), signal);
}

/** Each value at its latest, with the node to give it away: the nearest to its key, which has the shortest way. */
function shareOut(nodes: readonly HostedNode[]): Map<HostedNode, StoredValue[]> {
  const chosen = new Map<string, { giver: HostedNode; value: StoredValue }>();
  for (const giver of nodes) {
    for (const value of giver.dht.kademlia.storage.values()) {
      const other = chosen.get(value.key.hex);
      if (!other) {
        chosen.set(value.key.hex, { giver, value });
        continue;
      }
      if (isNewer(value, other.value)) other.value = value;
      if (compareDistance(value.key, giver.dht.id, other.giver.dht.id) < 0) other.giver = giver;
    }
  }
  const shares = new Map<HostedNode, StoredValue[]>();
  for (const { giver, value } of chosen.values()) {
    const share = shares.get(giver);
    if (share) share.push(value);
    else shares.set(giver, [value]);
  }
  return shares;
}

function isNewer(a: StoredValue, b: StoredValue): boolean {
  if (!a.version && !b.version) return a.publishedAtMs > b.publishedAtMs;
  return compareVersions(a.version, b.version) > 0;
}

/** All that any of them has heard of: further than its neighbourhood each knows only a part of the others. */
function knownTo(nodes: readonly HostedNode[]): Contact[] {
  const tables = nodes.map((node) => node.dht.kademlia.table);
  return [...new Set(tables.flatMap((table) => [...table.contacts(), ...table.replacements()]))];
}
