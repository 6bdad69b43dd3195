import type { BootstrapNodes } from './bootstrap-nodes.js';
import { type PlannedNode, placeOf } from './planned-node.js';
import { candidatesOf } from './tiers.js';

/** Share of the candidates of a tier that are kept for other regions: no host that dies holds all of them. */
const elsewhereShare = 1 / 4;

/**
 * The bootstrap nodes that a node may join through, best first: its parent and the parent's siblings, then the
 * tiers above in the same way. Of each tier the own region comes first; of the others the parent's backup does.
 *
 * A super node gets the super nodes before it: the first one gets none, it is where the network begins.
 *
 * @param rings the nodes of each tier in the order of its ring
 */
export function candidatesFor(node: PlannedNode, rings: BootstrapNodes): string[] {
  if (node.tier === 'super') return rings.super.slice(0, rings.super.indexOf(node)).map(placeOf);
  const chain: PlannedNode[] = [];
  for (let above = node.parent; above; above = above.parent) chain.push(above);
  return chain.flatMap((above) => {
    const tier = above.tier as keyof typeof candidatesOf;
    const most = tier === 'super' && seesAllSupers(node, above) ? rings.super.length : candidatesOf[tier];
    return around(above, rings[tier], most).map(placeOf);
  });
}

/** Those of the coordinator, which belongs to no region: all super nodes, and some below them for when those are dead. */
export function coordinatorCandidates({ super: supers, regional, local }: BootstrapNodes): string[] {
  const below = [...regional.slice(0, candidatesOf.regional), ...local.slice(0, candidatesOf.local)];
  return [...supers, ...below].map(placeOf);
}

/** Regional nodes, and the nodes of a flat network, may join through any of the super nodes. */
function seesAllSupers(node: PlannedNode, above: PlannedNode): boolean {
  return node.tier === 'regional' || above.connections === Infinity;
}

/** First `node`, then its region, then the others, each going round the ring from where `node` stands. */
function around(node: PlannedNode, ring: readonly PlannedNode[], most: number): PlannedNode[] {
  const position = ring.indexOf(node);
  const rest = [...ring.slice(position + 1), ...ring.slice(0, position)];
  const near = [node, ...rest.filter((other) => other.region === node.region)];
  const far = rest.filter((other) => other.region !== node.region);
  const elsewhere = Math.min(far.length, Math.floor(most * elsewhereShare));
  return [...near.slice(0, most - elsewhere), ...far].slice(0, most);
}
