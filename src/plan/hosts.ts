import type { HostSpec, NodeGroup, NodeSpec } from '@cqkd/node/control';
import type { BootstrapNodes } from './bootstrap-nodes.js';
import { candidatesFor } from './candidates.js';
import { type PlannedNode, placeOf } from './planned-node.js';
import { fallbackFor } from './ring.js';
import { bootstrapTiers, type PlanTier, regions, tierOrder } from './tiers.js';

/** The nodes of a host, at least one. */
export interface PackedHost {
  name: string;
  members: PlannedNode[];
}

/** What all hosts of a network share. */
export interface HostFrame {
  network: string;
  coordinator: string;
  settings: Record<string, string>;
  /** Ports of the workers of a region. */
  ports: (region: string) => HostSpec['ports'];
  /** Bootstrap nodes without the hierarchy, `address:port`, where the settings give them. */
  fallback: readonly string[] | null;
}

/**
 * What a host needs to know, once all nodes have their places.
 *
 * @param rings the nodes of each tier in the order of its ring
 */
export function hostSpec({ name, members }: PackedHost, rings: BootstrapNodes, frame: HostFrame): HostSpec {
  const first = members[0] as PlannedNode;
  const lists = new Map<string, number>();
  const specOf = (node: PlannedNode): NodeSpec => {
    const list = JSON.stringify(candidatesFor(node, rings));
    if (!lists.has(list)) lists.set(list, lists.size);
    const spec: NodeSpec = { name: node.name, port: node.port, candidates: lists.get(list) ?? 0 };
    return node.address === first.address ? spec : { ...spec, address: node.address };
  };
  const groups = groupsOf(members).map(({ tier, region, nodes }): NodeGroup => {
    const connections = nodes[0]?.connections ?? 0;
    return {
      tier,
      region,
      siblings: isBootstrapTier(tier) ? rings[tier].map(placeOf) : [],
      capacity: isBootstrapTier(tier) && Number.isFinite(connections) ? connections : null,
      nodes: nodes.map(specOf),
    };
  });
  return {
    network: frame.network,
    name,
    address: first.address,
    control: { address: first.address, port: 0 },
    coordinator: frame.coordinator,
    candidates: [...lists.keys()].map((list) => JSON.parse(list) as string[]),
    fallbackCandidates: fallbackFor(first, rings.super, frame.fallback),
    groups,
    ports: frame.ports(first.region),
    settings: frame.settings,
  };
}

interface MemberGroup {
  tier: PlanTier;
  region: string;
  nodes: PlannedNode[];
}

/** Each tier and region of a host, from the top down: the order in which its nodes join. */
function groupsOf(members: readonly PlannedNode[]): MemberGroup[] {
  const groups = new Map<string, MemberGroup>();
  for (const node of members) {
    const { tier, region } = node;
    const key = `${tier} ${region}`;
    const group = groups.get(key) ?? { tier, region, nodes: [] };
    groups.set(key, group);
    group.nodes.push(node);
  }
  return [...groups.values()].sort(
    (a, b) => tierOrder.indexOf(a.tier) - tierOrder.indexOf(b.tier) || regionRank(a) - regionRank(b),
  );
}

/** Name of the host that a super node has for itself. */
export function superHostName({ name }: Pick<PlannedNode, 'name'>): string {
  return name.replace(/^sb-/, 'super-');
}

/** Position of a region in the order in which plans go through them. */
export function regionRank({ region }: { region: string }): number {
  return regions.indexOf(region as (typeof regions)[number]);
}

function isBootstrapTier(tier: PlanTier): tier is keyof BootstrapNodes {
  return Object.hasOwn(bootstrapTiers, tier);
}
