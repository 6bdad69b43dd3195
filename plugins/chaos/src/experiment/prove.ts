import type { CoordinatorClient } from '@cqkd/harness';
import type { FaultEffects } from '@cqkd/node/control';
import type { EffectFigure, FaultPlan, Range } from '../faults/fault-plan.js';
import { type Cut, isOpen } from '../partition/cut.js';
import type { Figure, Proof } from './results.js';

/** What does not show in so many looks is not on. */
const attempts = 3;
/** Operations that are under way are counted by their rate and their length: a rough figure. */
const operationsRange = (count: number): Range => [count / 3, count * 2];

/** Looks whether sides are cut off as they should be: each pings each. */
export async function proveReachability(
  client: CoordinatorClient,
  cut: Cut,
  signal: AbortSignal,
): Promise<Proof> {
  const sinceMs = performance.now();
  const sides = cut.sides.map(({ name }) => name);
  // A ping and its answer need both ways.
  const intended = sides.map((_, from) => sides.map((__, to) => isOpen(cut, from, to)));
  const groups = cut.sides.map(({ nodes }) => nodes);
  // A single node has no other node of its side to ping.
  const isSelf = (from: number, to: number) => from === to && groups[from]?.length === 1;
  let actual: number[][] = [];
  let proven = false;
  for (let attempt = 0; attempt < attempts && !proven; attempt++) {
    actual = (await client.reachability(signal, { groups })).matrix;
    proven = intended.every((row, from) =>
      row.every((open, to) => isSelf(from, to) || (actual[from]?.[to] ?? 0) > 0 === open),
    );
  }
  return { proven, seconds: secondsSince(sinceMs), reachability: { sides, intended, actual }, figures: [] };
}

/** What a fault has to have done by now. */
export interface Effects {
  /** Summed over all hosts and all parts of the fault; null when nobody could tell. */
  effects: FaultEffects | null;
  seconds: number;
  plan: FaultPlan;
}

/** Holds what the hosts tell of the effects against what was meant. */
export function proveEffects(
  ranges: Partial<Record<EffectFigure, Range>>,
  { effects, seconds, plan }: Effects,
): Proof {
  const found = effects && figuresOf(effects, seconds, plan);
  const figures = Object.entries(ranges).map(([name, intended]): Figure => {
    const figure = name as EffectFigure;
    return { name: figure, intended, actual: found?.[figure] ?? 0 };
  });
  const proof = proofOf(figures);
  return { ...proof, proven: proof.proven && found !== null };
}

export function proveCount(name: 'workers' | 'operations', count: number, actual: number): Proof {
  return proofOf([{ name, intended: name === 'workers' ? [count, count] : operationsRange(count), actual }]);
}

function proofOf(figures: Figure[]): Proof {
  const proven = figures.every(({ intended: [from, to], actual }) => actual >= from && actual <= to);
  return { proven, seconds: 0, reachability: null, figures };
}

function figuresOf(
  effects: FaultEffects,
  seconds: number,
  { victims }: FaultPlan,
): Record<EffectFigure, number> {
  const { heard, dropped, delayed, portsTaken, heldBytes } = effects;
  const passed = heard - dropped;
  // What is done to a datagram that was doubled is done to each of the two.
  const copies = passed + effects.duplicated;
  return {
    lossShare: share(dropped, heard),
    duplicatedShare: share(effects.duplicated, passed),
    reorderedShare: share(effects.reordered, copies),
    corruptedShare: share(effects.corrupted, copies),
    delayMs: share(effects.delayMs, delayed),
    passedPerSecond: share(passed, seconds * victims.nodes.length),
    crashesPerSecond: share(effects.crashes, seconds),
    burntShare: share(effects.burntSeconds, seconds * victims.hosts.length),
    portsTaken,
    heldBytes,
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function secondsSince(sinceMs: number): number {
  return (performance.now() - sinceMs) / 1000;
}
