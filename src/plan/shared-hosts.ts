import type { BootstrapNodes } from './bootstrap-nodes.js';
import { type PackedHost, regionRank, superHostName } from './hosts.js';
import type { PlannedNode } from './planned-node.js';
import type { PreviousNode } from './previous.js';
import { mostNodesPerHost } from './tiers.js';

/** Below this many nodes a second shared host costs more than it gives. */
const minNodesPerHost = 100;

/**
 * Number of hosts that share all nodes but the super nodes.
 *
 * A process runs on one core, and every further process costs the others processor time: so there are as many as cores,
 * rounded down to a power of two, which the four regions fill evenly.
 *
 * @param nodes all but the super nodes
 * @param minHosts hosts that it takes in any case
 */
export function sharedHostCount(nodes: number, cores: number, minHosts: number): number {
  const byCores = powerOfTwo(Math.floor, cores);
  const byNodes = powerOfTwo(Math.floor, nodes / minNodesPerHost);
  const bySize = powerOfTwo(Math.ceil, nodes / mostNodesPerHost);
  return Math.max(Math.min(byCores, byNodes), bySize, minHosts);
}

function powerOfTwo(round: (exponent: number) => number, wanted: number): number {
  return 2 ** round(Math.log2(Math.max(1, wanted)));
}

export interface SharedHosts {
  /** Hosts that a new network has. */
  count: number;
  /** Workers that a host can hold. */
  maxWorkers: number;
}

/**
 * Packs nodes into as few hosts as the cores can use: each super node alone, all others together.
 *
 * Bootstrap nodes go round the hosts in the order of their ring, so that a backup is on another host than the node that
 * it replaces (with two hosts and an odd ring, which only given counts lead to, one pair can't be); workers fill the hosts evenly, whole regions as far as that goes. Nodes that stay keep their host.
 */
export function packShared(
  nodes: readonly PlannedNode[],
  rings: BootstrapNodes,
  { count, maxWorkers }: SharedHosts,
  previous: ReadonlyMap<string, PreviousNode>,
): PackedHost[] {
  const alone = nodes.filter((node) => node.tier === 'super');
  const sharing = nodes.filter((node) => node.tier !== 'super');
  const hosts = new Map<string, PlannedNode[]>();
  const moving = new Set(sharing);
  for (const node of sharing) {
    const host = previous.get(node.name)?.host;
    if (host === undefined || !isShared(host)) continue;
    const members = hosts.get(host) ?? [];
    hosts.set(host, members);
    if (members.length >= mostNodesPerHost || (node.tier === 'worker' && workersOf(members) >= maxWorkers))
      continue;
    members.push(node);
    moving.delete(node);
  }
  for (let number = 1; hosts.size < count; number++) {
    if (!hosts.has(sharedName(number))) hosts.set(sharedName(number), []);
  }
  const names = [...hosts.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const all = names.map((name) => hosts.get(name) as PlannedNode[]);
  for (const tier of [rings.regional, rings.local, sharing.filter((node) => node.tier === 'endpoint')]) {
    for (const [position, node] of tier.entries())
      if (moving.has(node)) all[hostInTurn(position, tier.length, all.length)]?.push(node);
  }
  spread(
    sharing.filter((node) => node.tier === 'worker' && moving.has(node)),
    all,
  );
  const shared = names.map((name) => ({ name, members: hosts.get(name) as PlannedNode[] }));
  return [
    ...alone.map((node) => ({ name: superHostName(node), members: [node] })),
    ...shared.filter(({ members }) => members.length > 0),
  ];
}

/** Place of the host for a position of a ring: the last node of a ring does not go to the host of the first one. */
function hostInTurn(position: number, nodes: number, hosts: number): number {
  const turn = position % hosts;
  return turn === 0 && position > 0 && position === nodes - 1 && hosts > 2 ? 1 : turn;
}

/** Fills hosts with workers evenly: regions that share a host's bootstrap nodes one after the other. */
function spread(workers: readonly PlannedNode[], hosts: readonly PlannedNode[][]): void {
  const turn = (node: PlannedNode) => regionRank(node) % hosts.length;
  const queue = [...workers].sort((a, b) => turn(a) - turn(b) || regionRank(a) - regionRank(b));
  const total = hosts.reduce((sum, members) => sum + workersOf(members), 0) + queue.length;
  let taken = 0;
  for (const [position, members] of hosts.entries()) {
    const share =
      Math.floor(((position + 1) * total) / hosts.length) - Math.floor((position * total) / hosts.length);
    const wanted = Math.max(0, share - workersOf(members));
    members.push(...queue.slice(taken, taken + wanted));
    taken += wanted;
  }
  // Hosts that hold more than their share already leave some over.
  for (const node of queue.slice(taken)) leastWorkers(hosts).push(node);
}

function leastWorkers(hosts: readonly PlannedNode[][]): PlannedNode[] {
  return hosts.reduce((least, members) => (workersOf(members) < workersOf(least) ? members : least));
}

function workersOf(members: readonly PlannedNode[]): number {
  return members.filter((node) => node.tier === 'worker').length;
}

function sharedName(number: number): string {
  return `shared-${number}`;
}

function isShared(host: string): boolean {
  return host.startsWith('shared-');
}
