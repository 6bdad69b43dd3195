import type { Action } from '../actions/action.js';

/** Some nodes that a fault treats alike; every node is on one side. */
export interface Side {
  /** For people: `half 1`, `east`, `killed`. */
  name: string;
  /** Names of nodes. */
  nodes: string[];
  /** They neither hear nor speak while the fault is on: there is nothing to measure. */
  mute?: true;
}

/** Pairs of places in a list of sides: the first hears nothing of the second. */
export type Deaf = [number, number][];

/** Range that a measured figure must lie in for a fault to be proven, both ends included. */
export type Range = [from: number, to: number];

/** How it is shown that a fault is on. */
export type Expectation =
  /** Sides that are cut off from one another don't answer one another's pings, mute ones nobody's; all others do. */
  | { by: 'reachability' }
  /** What the hosts tell of its effects. */
  | { by: 'effects'; ranges: Partial<Record<EffectFigure, Range>> }
  /** So many workers have joined. */
  | { by: 'workers'; count: number }
  /** So many operations are under way at a time. */
  | { by: 'operations'; count: number };

/** What is worked out from the effects that hosts tell of. */
export const effectFigures = [
  /** Of the datagrams heard, 0-1. */
  'lossShare',
  'duplicatedShare',
  'reorderedShare',
  'corruptedShare',
  /** Mean of the delayed datagrams. Milliseconds. */
  'delayMs',
  /** Datagrams that reached one node, a second. */
  'passedPerSecond',
  /** In the whole network. */
  'crashesPerSecond',
  'portsTaken',
  /** Of the time of one host, 0-1. */
  'burntShare',
  /** Bytes, of all hosts. */
  'heldBytes',
] as const;
export type EffectFigure = (typeof effectFigures)[number];

/** What a fault will do, as data: nothing has been done when it is made. */
export interface FaultPlan {
  /** For reports: what was asked for. */
  parameters: Record<string, string | number | boolean>;
  /** Who is hit: names of hosts that are hit as a whole, and of all nodes. */
  victims: { hosts: string[]; nodes: string[] };
  sides: Side[];
  deaf: Deaf;
  /** How it is done and undone. */
  actions: Action[];
  proof: Expectation;
}
