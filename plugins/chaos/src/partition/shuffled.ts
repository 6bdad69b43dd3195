import { createHash } from 'node:crypto';
import type { Target } from './cut.js';

/**
 * The nodes in an order that the seed decides.
 *
 * Each node's place comes from its own name: one node more or less leaves the others as they are.
 */
export function shuffled(nodes: readonly Target[], seed: number): Target[] {
  const placed = nodes.map((node) => {
    const place = createHash('sha1').update(`${seed} ${node.name}`).digest('hex');
    return { node, place };
  });
  return placed.sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ node }) => node);
}
