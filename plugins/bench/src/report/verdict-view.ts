import type { Verdict } from '@cqkd/harness';
import type { ComparedMeasurement, ComparedVerdict, Comparison } from '../measurement.js';
import { formatChange, formatFigure } from './units.js';

/** A sign for each, for those who see no colours. */
export const comparedMarks: Readonly<Record<ComparedVerdict, string>> = {
  better: '▲',
  same: '=',
  worse: '▼',
  "can't tell": '?',
};

/** Which colour each has: that of a verdict; what stayed the same has none. */
export const comparedColours: Readonly<Record<ComparedVerdict, Verdict | null>> = {
  better: 'pass',
  same: null,
  worse: 'fail',
  "can't tell": 'unknown',
};

export const comparedVerdicts = Object.keys(comparedMarks) as ComparedVerdict[];

/** Figures that are named in a conclusion. */
const mostNamed = 3;

/** What came of a comparison, in one line. @param titleOf what people call a figure, by its id */
export function conclusionOf(comparison: Comparison, titleOf: (id: string) => string): string {
  const { verdict, limitPercent, measurements } = comparison;
  const limit = formatFigure(limitPercent, 'percent');
  const worse = measurements.filter((each) => each.verdict === 'worse');
  if (verdict === 'fail') return `Worse by more than ${limit}: ${named(worse, titleOf, limitPercent)}`;
  if (verdict === 'unknown') return `It can't be told whether anything is worse by more than ${limit}`;
  return `Nothing is worse by more than ${limit}`;
}

/** How many figures are better, the same, worse, or can't be told: `2 better, 11 same`. */
export function countsText({ measurements }: Comparison): string {
  const counts = comparedVerdicts.map(
    (verdict) => [measurements.filter((each) => each.verdict === verdict).length, verdict] as const,
  );
  const told = counts.filter(([count]) => count > 0).map(([count, verdict]) => `${count} ${verdict}`);
  return told.join(', ') || 'no figure is in both';
}

/** The worst first. Those that the limit lets pass are not named. */
function named(
  worse: readonly ComparedMeasurement[],
  titleOf: (id: string) => string,
  limitPercent: number,
): string {
  const distance = ({ ratio }: ComparedMeasurement) => Math.abs(Math.log(ratio));
  const beyond = worse.filter(({ ratio }) => Math.abs(ratio - 1) * 100 > limitPercent);
  const sorted = (beyond.length > 0 ? beyond : [...worse]).sort((a, b) => distance(b) - distance(a));
  const texts = sorted.slice(0, mostNamed).map(({ id, ratio }) => `${titleOf(id)} (${formatChange(ratio)})`);
  const rest = sorted.length - texts.length;
  return `${texts.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
