import { UsageError } from '@cqkd/harness';
import type { Side } from '../faults/fault-plan.js';
import { isBootstrap, type Target } from '../picture.js';
import { shuffled } from '../selection/shuffled.js';
import { apart, type Cut, pairs } from './cut.js';

/** Share of the nodes on the large side of an uneven cut. */
const largeShare = 0.7;
/** Sides of a ring; each hears itself and its two neighbours, so that each hears a majority, and no two the same. */
const ringSides = 5;
/** Sides by the first bits of the id: the first two of them. */
const prefixBits = 2;

/** How a network is cut: its nodes and a seed make the same cut every time. */
type ShapeMaker = (nodes: readonly Target[], seed: number) => Cut;

/** The shapes by their names. */
const makers = {
  /** Two halves that hear nothing of each other. */
  halves: (nodes, seed) => apart(parts(shuffled(nodes, seed), [0.5, 0.5], ['half 1', 'half 2'])),
  /** The bootstrap nodes are on the side of 70 %. */
  majority: (nodes, seed) => apart(uneven(nodes, seed, largeShare)),
  /** The bootstrap nodes are on the side of 30 %. */
  minority: (nodes, seed) => apart(uneven(nodes, seed, 1 - largeShare)),
  /** Half 2 hears half 1, and is not heard. */
  'one-way': (nodes, seed) => ({
    sides: parts(shuffled(nodes, seed), [0.5, 0.5], ['half 1', 'half 2']),
    deaf: [[0, 1]],
  }),
  /** Two halves, and one node that hears both and is heard by both. */
  bridge: (nodes, seed) => {
    const [bridge, ...others] = shuffled(nodes, seed);
    const sides = parts(others, [0.5, 0.5], ['half 1', 'half 2']);
    return {
      sides: [...sides, ...(bridge ? [{ name: 'bridge', nodes: [bridge.name] }] : [])],
      deaf: [
        [0, 1],
        [1, 0],
      ],
    };
  },
  /** Five sides in a ring, each of which hears its neighbours only. */
  ring: (nodes, seed) => {
    const names = Array.from({ length: ringSides }, (_, index) => `side ${index + 1}`);
    const sides = parts(
      shuffled(nodes, seed),
      names.map(() => 1 / ringSides),
      names,
    );
    const away = (one: number, other: number) => Math.abs(one - other);
    return {
      sides,
      deaf: pairs(sides.length).filter(
        ([one, other]) => Math.min(away(one, other), ringSides - away(one, other)) > 1,
      ),
    };
  },
  /** Each region on its own. */
  regions: (nodes) => apart(by(nodes, ({ region }) => region)),
  /** Bootstrap nodes on one side, workers and endpoints on the other. */
  tier: (nodes) => apart(by(nodes, (node) => (isBootstrap(node) ? 'bootstrap nodes' : 'workers'))),
  /** Quarters of the key space. */
  prefix: (nodes) =>
    apart(
      by(nodes, ({ id }) => {
        const bits = Number.parseInt(id.slice(0, 1), 16).toString(2).padStart(4, '0');
        return `ids ${bits.slice(0, prefixBits)}…`;
      }),
    ),
} satisfies Record<string, ShapeMaker>;

export type Shape = keyof typeof makers;

export const shapes = Object.keys(makers) as Shape[];

/**
 * Cuts a network.
 *
 * @returns sides that have every node once; the same nodes and the same seed give the same
 * @throws UsageError when a side would be empty
 */
export function cutBy(shape: Shape, nodes: readonly Target[], seed: number): Cut {
  // Whatever order they are told in.
  const ordered = [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const cut = makers[shape](ordered, seed);
  const filled = cut.sides.filter((side) => side.nodes.length > 0);
  if (filled.length < 2 || filled.length < cut.sides.length) {
    throw new UsageError(
      `--shape ${shape} needs nodes on every side, and of ${nodes.length} nodes it makes ${filled.length} of ${Math.max(2, cut.sides.length)} sides: choose another shape`,
    );
  }
  return cut;
}

function uneven(nodes: readonly Target[], seed: number, share: number): Side[] {
  const mixed = shuffled(nodes, seed);
  const ordered = [...mixed.filter(isBootstrap), ...mixed.filter((node) => !isBootstrap(node))];
  return parts(ordered, [share, 1 - share], ['with the bootstrap nodes', 'without them']);
}

function parts(nodes: readonly Target[], shares: readonly number[], names: readonly string[]): Side[] {
  let sum = 0;
  return shares.map((share, index) => {
    const from = Math.round(sum * nodes.length);
    sum += share;
    const to = index === shares.length - 1 ? nodes.length : Math.round(sum * nodes.length);
    return { name: names[index] as string, nodes: nodes.slice(from, to).map(({ name }) => name) };
  });
}

function by(nodes: readonly Target[], key: (node: Target) => string): Side[] {
  const sides = new Map<string, string[]>();
  for (const node of nodes) sides.set(key(node), [...(sides.get(key(node)) ?? []), node.name]);
  return [...sides].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, names]) => ({ name, nodes: names }));
}
