import { compareDistance, type KademliaNode, type NodeId } from '../../src/index.js';

/** The K nodes that are truly nearest to a target, the asking one left out. */
export function trueNearest(
  nodes: KademliaNode[],
  target: NodeId,
  k: number,
  asking?: KademliaNode,
): KademliaNode[] {
  return nodes
    .filter((node) => node !== asking && !node.closed)
    .sort((a, b) => compareDistance(target, a.id, b.id))
    .slice(0, k);
}
