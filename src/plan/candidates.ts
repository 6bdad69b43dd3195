import type { BootstrapNodes } from './bootstrap-nodes.js';
import { type PlannedNode, placeOf } from './planned-node.js';
import { candidatesOf } from './tiers.js';

/**
 * The bootstrap nodes that a node may join through, best first: its parent and the parent's siblings, then the
 * tiers above in the same way. Of each tier the own region comes first.
 *
 * A super node gets the super nodes before it: the first one gets none, it is where the network begins.
 */
export function candidatesFor(node: PlannedNode, nodes: BootstrapNodes): string[] {
  if (node.tier === 'super') return nodes.super.slice(0, nodes.super.indexOf(node)).map(placeOf);
  const chain: PlannedNode[] = [];
  for (let above = node.parent; above; above = above.parent) chain.push(above);
  return chain.flatMap((above) => {
    const tier = above.tier as keyof typeof candidatesOf;
    const all = tier === 'super' && seesAllSupers(node, above) ? nodes.super.length : candidatesOf[tier];
    return around(above, nodes[tier]).slice(0, all).map(placeOf);
  });
}

/** Regional nodes, and the nodes of a flat network, may join through any of the super nodes. */
function seesAllSupers(node: PlannedNode, above: PlannedNode): boolean {
  return node.tier === 'regional' || above.connections === Infinity;
}

/** The whole tier: first `node`, then its region, then the others, each going round from where `node` stands. */
function around(node: PlannedNode, tier: readonly PlannedNode[]): PlannedNode[] {
  const position = tier.indexOf(node);
  const rest = [...tier.slice(position + 1), ...tier.slice(0, position)];
  return [
    node,
    ...rest.filter((other) => other.region === node.region),
    ...rest.filter((other) => other.region !== node.region),
  ];
}
