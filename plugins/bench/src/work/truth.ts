import { compareDistance, type KademliaNode, type NodeId } from '@cqkd/node';

/** The K nodes that are truly nearest to a target, the asking one and those that are closed left out. */
export function trueNearest(
  nodes: readonly KademliaNode[],
  target: NodeId,
  k: number,
  asking: KademliaNode,
): NodeId[] {
  return nodes
    .filter((node) => node !== asking && !node.closed)
    .map(({ id }) => id)
    .sort((a, b) => compareDistance(target, a, b))
    .slice(0, k);
}

/** Share of the true ones that were found, 0-1. */
export function recall(found: readonly NodeId[], truth: readonly NodeId[]): number {
  if (truth.length === 0) return 1;
  return truth.filter((id) => found.some((other) => other.equals(id))).length / truth.length;
}
