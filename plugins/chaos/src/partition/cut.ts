import type { Tier } from '@cqkd/node/control';

/** A node as a fault sees it. */
export interface Target {
  name: string;
  /** 40 hexadecimal digits. */
  id: string;
  tier: Tier;
  region: string;
}

/** Some nodes that a cut treats alike. */
export interface Side {
  /** For people: `half 1`, `east`, `bridge`. */
  name: string;
  /** Names of nodes. */
  nodes: string[];
}

/** What the coordinator's own node is called. It is on the first side of every cut, and measures from there. */
export const gateway = 'coordinator';

/** Who must not hear whom, as data: every node is on one side. */
export interface Cut {
  sides: Side[];
  /** Pairs of places in `sides`: the first hears nothing of the second. */
  deaf: [number, number][];
}

/** Whether a side can speak with another: each of them hears the other. */
export function isOpen({ deaf }: Cut, one: number, other: number): boolean {
  return !deaf.some(([to, from]) => (to === one && from === other) || (to === other && from === one));
}
