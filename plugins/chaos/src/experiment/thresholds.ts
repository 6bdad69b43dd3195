import type { Verdict } from '@cqkd/harness';
import { worst } from '@cqkd/harness';
import type { During, Recovery } from './results.js';

/** What an experiment is held against: within the first it passes, within the second it warns. */
export const thresholds = {
  /** Recall of lookups inside a side, while it is cut off; 0-1. */
  recall: [0.99, 0.95],
  /** Values written and read back inside a side; percent. */
  store: [99, 95],
  /** Time until the healed network is one again and its lookups are right. Seconds. */
  recovery: [15, 60],
} as const;

/** Only sides with at least this share of the nodes have to go on working by themselves. */
export const sideShare = 0.25;
/** Recall from which on lookups of the healed network count as right. */
export const recoveredRecall = 0.99;

/** @param proven whether the fault was really on: if not, nothing is known */
export function verdictOf(proven: boolean, during: During, recovery: Recovery): Verdict {
  if (!proven) return 'unknown';
  const judged = during.sides.filter((side) => side.share >= sideShare && side.samples > 0);
  const { seconds, islands, orphans, lostKeys } = recovery;
  return worst([
    ...judged.map(({ recall }) => atLeast(recall, thresholds.recall)),
    ...judged.map(({ storePercent }) => atLeast(storePercent, thresholds.store)),
    seconds === null ? 'fail' : atMost(seconds, thresholds.recovery),
    islands === 1 && orphans === 0 && lostKeys === 0 ? 'pass' : 'fail',
  ]);
}

function atLeast(value: number | null, [target, limit]: readonly [number, number]): Verdict {
  if (value === null) return 'unknown';
  return value >= target ? 'pass' : value >= limit ? 'warn' : 'fail';
}

function atMost(value: number, [target, limit]: readonly [number, number]): Verdict {
  return value <= target ? 'pass' : value <= limit ? 'warn' : 'fail';
}
