import type { PhaseName, Sample } from '../experiment/results.js';
import { percent, ratio } from './figures.js';
import { phaseTitles, spreadOf } from './phases.js';
import { sparkline } from './sparkline.js';

/** So many rounds are shown: with title and figures it has to fit 80 columns. */
const shownRounds = 8;
/** What is below half is as bad as can be: the figure beside it says how bad. */
const recallRange = { min: 0.5, max: 1 };
const storeRange = { min: 50, max: 100 };

/** Title of a phase while it lasts: `each side by itself  recall ▇▇▇▆█ 0.998  values ▇▇▇▇ 100.0 %`, means of all sides. */
export function liveTitle(phase: PhaseName, samples: readonly Sample[]): string {
  const rounds = roundsOf(samples.filter((sample) => sample.phase === phase));
  const recalls = rounds.map((round) => meanOf(round.map(({ recall }) => recall)));
  const stores = rounds.map((round) => meanOf(round.map(({ storePercent }) => storePercent)));
  return [
    phaseTitles[phase],
    ...trend('recall', recalls, recallRange, ratio),
    ...trend('values', stores, storeRange, percent),
  ].join('  ');
}

/** A round ends where a side is looked at again. */
function roundsOf(samples: readonly Sample[]): Sample[][] {
  const rounds: Sample[][] = [];
  for (const sample of samples) {
    const round = rounds.at(-1);
    if (!round || round.some(({ side }) => side === sample.side)) rounds.push([sample]);
    else round.push(sample);
  }
  return rounds;
}

function meanOf(values: readonly (number | null)[]): number | null {
  return spreadOf(values)?.mean ?? null;
}

/** Nothing as long as nothing was measured. */
function trend(
  name: string,
  values: readonly (number | null)[],
  range: { min: number; max: number },
  format: (value: number) => string,
): string[] {
  const latest = values.filter((value) => value !== null).at(-1);
  if (latest === undefined) return [];
  return [`${name} ${sparkline(values, { ...range, last: shownRounds })} ${format(latest)}`];
}
