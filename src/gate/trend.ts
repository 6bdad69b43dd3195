import type { JudgedMetric, Verdict } from './gate.js';
import { type MetricId, metrics } from './metrics.js';

/** What an earlier run measured of one metric, and how the value now compares with it. */
export interface Previous {
  /** When that run ended. Milliseconds since the epoch. */
  at: number;
  /** In the metric's unit. */
  value: number;
  status: Verdict;
  /** The value now less that one; null when there is none now. */
  change: number | null;
  trend: Trend | null;
}

export type Trend = 'better' | 'worse' | 'same';

/** An earlier run, as far as trends need it. */
export interface PastRun {
  /** When it ended. Milliseconds since the epoch. */
  at: number;
  metrics: readonly Pick<JudgedMetric, 'id' | 'value' | 'status'>[];
}

/** A smaller change than this share of the larger value is none: no two rounds are alike. */
const sameShare = 0.02;

/** Holds each metric against the last run that had measured it. @param runs oldest first */
export function withPrevious(
  judged: readonly JudgedMetric[],
  runs: readonly PastRun[],
): (JudgedMetric & { previous: Previous | null })[] {
  return judged.map((metric) => ({ ...metric, previous: previousOf(metric, runs) }));
}

function previousOf({ id, value }: JudgedMetric, runs: readonly PastRun[]): Previous | null {
  for (const { at, metrics: measured } of runs.toReversed()) {
    const before = measured.find((each) => each.id === id);
    if (!before || before.value === null) continue;
    return {
      at,
      value: before.value,
      status: before.status,
      change: value === null ? null : value - before.value,
      trend: value === null ? null : trendOf(id, before.value, value),
    };
  }
  return null;
}

function trendOf(id: MetricId, before: number, now: number): Trend {
  if (Math.abs(now - before) <= sameShare * Math.max(Math.abs(now), Math.abs(before))) return 'same';
  return now < before === (metrics[id].better === 'lower') ? 'better' : 'worse';
}
