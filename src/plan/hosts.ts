import type { HostSpec, NodeSpec } from '@cqkd/node/control';
import type { BootstrapNodes } from './bootstrap-nodes.js';
import { candidatesFor } from './candidates.js';
import { type PlannedNode, placeOf } from './planned-node.js';
import type { PreviousNode } from './previous.js';
import { fallbackFor } from './ring.js';
import { bootstrapTiers, mostNodesPerHost, type PlanTier, regions, tierOrder } from './tiers.js';

/** Below this many nodes a host of its own is not worth its memory. */
const fewestNodesPerHost = 100;

/** What all hosts of a network share. */
export interface HostFrame {
  network: string;
  coordinator: string;
  settings: Record<string, string>;
  /** Of the hosts of a region. */
  ports: (region: string) => HostSpec['ports'];
  /** Bootstrap nodes without the hierarchy, `address:port`, where the settings give them. */
  fallback: readonly string[] | null;
}

/** Nodes that a host of this tier takes at most: few hosts, but one for each core when there is enough to do. */
export function nodesPerHost(
  tier: PlanTier,
  nodes: number,
  cores: number,
  density: number | undefined,
): number {
  if (tier === 'super') return 1;
  if (density !== undefined && tier !== 'endpoint') return density;
  if (tier !== 'worker') return mostNodesPerHost;
  return Math.min(mostNodesPerHost, Math.max(fewestNodesPerHost, Math.ceil(nodes / Math.max(1, cores))));
}

/** The nodes of a host, at least one. */
export interface PackedHost {
  name: string;
  members: PlannedNode[];
}

/** How many nodes go on a host. */
export interface HostSize {
  /** That a new host takes. */
  wanted: number;
  /** That any host can hold, those that stay included. */
  most: number;
}

/** Packs nodes into hosts of one tier and one region, in the order in which they start. */
export function packHosts(
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
  if (node.tier === 'super') return node.name.replace(/^sb-/, 'super-');
  return node.tier === 'endpoint' ? `endpoint-${number}` : `${node.tier}-${node.region}-${number}`;
}

function isHostOf(host: string, node: PlannedNode): boolean {
  const stem = hostName(node, 0).replace(/0$/, '');
  return node.tier === 'super' ? host === stem : host.startsWith(stem);
}

/**
 * What a host needs to know, once all nodes have their places.
 *
 * @param rings the nodes of each tier in the order of its ring
 */
export function hostSpec({ name, members }: PackedHost, rings: BootstrapNodes, frame: HostFrame): HostSpec {
  const first = members[0] as PlannedNode;
  const lists = new Map<string, number>();
  const nodes = members.map((node): NodeSpec => {
    const list = JSON.stringify(candidatesFor(node, rings));
    if (!lists.has(list)) lists.set(list, lists.size);
    const spec: NodeSpec = { name: node.name, port: node.port, candidates: lists.get(list) ?? 0 };
    return node.address === first.address ? spec : { ...spec, address: node.address };
  });
  return {
    network: frame.network,
    name,
    tier: first.tier,
    region: first.region,
    address: first.address,
    control: { address: first.address, port: 0 },
    coordinator: frame.coordinator,
    candidates: [...lists.keys()].map((list) => JSON.parse(list) as string[]),
    siblings: isBootstrapTier(first.tier) ? rings[first.tier].map(placeOf) : [],
    fallbackCandidates: fallbackFor(first, rings.super, frame.fallback),
    capacity: isBootstrapTier(first.tier) && Number.isFinite(first.connections) ? first.connections : null,
    nodes,
    ports: frame.ports(first.region),
    settings: frame.settings,
  };
}

function isBootstrapTier(tier: PlanTier): tier is keyof BootstrapNodes {
  return Object.hasOwn(bootstrapTiers, tier);
}

function groupBy(
  nodes: readonly PlannedNode[],
  key: (node: PlannedNode) => string,
): Map<string, PlannedNode[]> {
  const groups = new Map<string, PlannedNode[]>();
  for (const node of nodes) getOrAdd(groups, key(node)).push(node);
  const rank = (name: string) => regions.indexOf(name as (typeof regions)[number]);
  return new Map([...groups].sort(([a], [b]) => rank(a) - rank(b)));
}

function getOrAdd<K, V>(map: Map<K, V[]>, key: K): V[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
