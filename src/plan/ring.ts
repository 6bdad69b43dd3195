import type { BootstrapNodes } from './bootstrap-nodes.js';
import { type PlannedNode, placeOf } from './planned-node.js';
import { regions } from './tiers.js';

/** Bootstrap nodes of a network without its hierarchy. */
const fallbackCount = 2;

/** The nodes of each tier in the order of its ring. */
export function ringsOf({ super: supers, regional, local }: BootstrapNodes): BootstrapNodes {
  return { super: ringOf(supers), regional: ringOf(regional), local: ringOf(local) };
}

/**
 * The bootstrap nodes of one tier as a ring: each is the backup of the one before it, the first of the last.
 *
 * All nodes of a tier see the same order, so they agree on who stands in for whom. It takes the regions in turn:
 * a backup is on another host than the node before it, and the nodes of a host that dies have different backups.
 */
function ringOf(tier: readonly PlannedNode[]): PlannedNode[] {
  const turns = new Map<string, number>();
  const turnOf = new Map<PlannedNode, number>();
  for (const node of tier) {
    const turn = turns.get(node.region) ?? 0;
    turns.set(node.region, turn + 1);
    turnOf.set(node, turn);
  }
  const rank = ({ region }: PlannedNode) => regions.indexOf(region as (typeof regions)[number]);
  const turn = (node: PlannedNode) => turnOf.get(node) ?? 0;
  return [...tier].sort((a, b) => turn(a) - turn(b) || rank(a) - rank(b));
}

/**
 * The bootstrap nodes that the network has without its hierarchy: what the settings give, else the first two super nodes.
 *
 * A super node gets those before it, as it does for its candidates: the first one is where the network begins.
 */
export function fallbackFor(
  node: PlannedNode,
  supers: readonly PlannedNode[],
  given: readonly string[] | null,
): string[] {
  const places = given ?? supers.slice(0, fallbackCount).map(placeOf);
  const own = places.indexOf(placeOf(node));
  return own < 0 ? [...places] : places.slice(0, own);
}
