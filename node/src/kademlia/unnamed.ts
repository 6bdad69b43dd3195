import { commonPrefixBits, compareDistance, type NodeId, withBitFlipped } from './id.js';

/**
 * Ids to ask for as well, to hear of all nodes near a target.
 *
 * An answer has room for the nearest contacts only, alive or not, and near the target all answers name the same ones:
 * fewer than K that live, where K is large or where many have died. What there was no room for lies in the subtrees of
 * the key space beyond the last one named; each is asked for by the id in it that is nearest to the target, and split
 * in the same way where it holds too many itself.
 *
 * @param named ids of all nodes that were named
 * @param room contacts in one answer
 * @param farthest nothing beyond this id is wanted; undefined = everything is
 */
export function unnamedNear(
  target: NodeId,
  named: readonly NodeId[],
  room: number,
  farthest: NodeId | undefined,
): NodeId[] {
  const wanted: NodeId[] = [];
  const explore = (query: NodeId, depth: number) => {
    const inside = named.filter((id) => commonPrefixBits(query, id) >= depth);
    if (inside.length <= room) return;
    inside.sort((a, b) => compareDistance(query, a, b));
    for (let bit = commonPrefixBits(query, inside[room] as NodeId); bit >= depth; bit--) {
      const across = withBitFlipped(query, bit);
      if (farthest && compareDistance(target, across, farthest) > 0) return;
      wanted.push(across);
      explore(across, bit + 1);
    }
  };
  explore(target, 0);
  return wanted;
}
