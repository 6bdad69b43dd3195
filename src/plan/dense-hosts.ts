import { type PackedHost, regionRank, superHostName } from './hosts.js';
import type { PlannedNode } from './planned-node.js';
import type { PreviousNode } from './previous.js';
import { type PlanTier, tierOrder } from './tiers.js';

/** How many nodes go on a host. */
export interface HostSize {
  /** Nodes that a new host takes. */
  wanted: number;
  /** Nodes that any host can hold, those that stay included. */
  most: number;
}

/**
 * Packs nodes into hosts of one tier and one region each, with a given number of nodes at most: what a user asks for who
 * gives a density. In the order in which they start.
 */
export function packByTier(
  nodes: readonly PlannedNode[],
  sizeOf: (tier: PlanTier) => HostSize,
  previous: ReadonlyMap<string, PreviousNode>,
): PackedHost[] {
  return tierOrder.flatMap((tier) => {
    const groups = groupBy(
      nodes.filter((node) => node.tier === tier),
      (node) => (tier === 'endpoint' ? '' : tier === 'super' ? node.name : node.region),
    );
    return [...groups.values()].flatMap((group) => packGroup(group, sizeOf(tier), previous));
  });
}

/** Nodes that stay keep their host, as long as it can hold them; the others fill the hosts evenly. */
function packGroup(
  group: PlannedNode[],
  { wanted, most }: HostSize,
  previous: ReadonlyMap<string, PreviousNode>,
): PackedHost[] {
  const first = group[0] as PlannedNode;
  const count = Math.ceil(group.length / wanted);
  const nameAt = (position: number) => hostName(first, position + 1);
  const hosts = new Map<string, PlannedNode[]>();
  const fresh: PlannedNode[] = [];
  for (const node of group) {
    const host = previous.get(node.name)?.host;
    const members = host !== undefined && isHostOf(host, first) ? getOrAdd(hosts, host) : undefined;
    if (members && members.length < most) members.push(node);
    else fresh.push(node);
  }
  for (let position = 0; hosts.size < count; position++) getOrAdd(hosts, nameAt(position));
  const order = [...hosts.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const total = group.length;
  order.forEach((name, position) => {
    const members = getOrAdd(hosts, name);
    const share =
      Math.floor(((position + 1) * total) / order.length) - Math.floor((position * total) / order.length);
    while (members.length < share && fresh.length > 0) members.push(fresh.shift() as PlannedNode);
  });
  return order
    .map((name) => ({ name, members: getOrAdd(hosts, name) }))
    .filter(({ members }) => members.length > 0);
}

function hostName(node: PlannedNode, number: number): string {
  if (node.tier === 'super') return superHostName(node);
  return node.tier === 'endpoint' ? `endpoint-${number}` : `${node.tier}-${node.region}-${number}`;
}

function isHostOf(host: string, node: PlannedNode): boolean {
  const stem = hostName(node, 0).replace(/0$/, '');
  return node.tier === 'super' ? host === stem : host.startsWith(stem);
}

function groupBy(
  nodes: readonly PlannedNode[],
  key: (node: PlannedNode) => string,
): Map<string, PlannedNode[]> {
  const groups = new Map<string, PlannedNode[]>();
  for (const node of nodes) getOrAdd(groups, key(node)).push(node);
  return new Map([...groups].sort(([a], [b]) => regionRank({ region: a }) - regionRank({ region: b })));
}

function getOrAdd<K, V>(map: Map<K, V[]>, key: K): V[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
