import { isBeyond } from './limits.js';
import { type MetricId, type MetricUnit, metrics } from './metrics.js';
import type { OwnTargets } from './own-targets.js';
import { type Column, columnFor, columns, type Target, targetOf } from './targets.js';

export type Verdict = 'pass' | 'warn' | 'fail' | 'unknown';

/** One metric as it was measured. */
export interface Measured {
  id: MetricId;
  /** In the metric's unit; null when it could not be measured. */
  value: number | null;
  /** Why it could not be measured, or what else is worth knowing; one line. */
  note?: string | undefined;
  /** What kept the machine busy while it was measured; absent when nothing did. */
  saturated?: string | undefined;
}

/** One metric with its verdict. */
export interface JudgedMetric {
  id: MetricId;
  value: number | null;
  unit: MetricUnit;
  target: number | null;
  threshold: number | null;
  status: Verdict;
  /** Whether target and threshold are the user's own. */
  own?: boolean;
  /** What kept the machine busy while it was measured; absent when nothing did. */
  saturated?: string;
  note?: string;
}

/** The verdict on a network. */
export interface Judgement {
  /** The column of the target table. */
  column: Column;
  verdict: Verdict;
  metrics: JudgedMetric[];
}

/** Holds what was measured against the targets for this many workers. @param own targets that win over the table's */
export function judge(measured: readonly Measured[], workers: number, own: OwnTargets = {}): Judgement {
  const column = columnFor(workers);
  const overload = workers > (columns.at(-1) as number);
  const judged = measured.map((each): JudgedMetric => {
    const given = own[each.id];
    if (given) return { ...judgeMetric(each, given, false), own: true };
    return judgeMetric(each, targetOf(each.id, column), overload);
  });
  return { column, verdict: worst(judged.map(({ status }) => status)), metrics: judged };
}

/** The worst of some verdicts: one failure fails, then one unknown is unknown, then one warning warns. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return (['fail', 'unknown', 'warn'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'pass';
}

/** @param overload more workers than the largest column: its targets only warn */
function judgeMetric(measured: Measured, { target, threshold }: Target, overload: boolean): JudgedMetric {
  const { id, value, saturated } = measured;
  const { unit, timing } = metrics[id];
  const misses = (limit: number | null) => limit !== null && value !== null && isBeyond(id, value, limit);
  // No metric is below nothing: a clock that was set back would make one so.
  const isImpossible = value !== null && !(value >= 0);
  const rate = (): Verdict => {
    if (value === null || isImpossible) return 'unknown';
    if (misses(threshold)) return 'fail';
    if (!misses(target)) return 'pass';
    return threshold === null && !overload ? 'fail' : 'warn';
  };
  let status = rate();
  const notes = measured.note ? [measured.note] : [];
  if (isImpossible) notes.push(`an impossible figure: ${value}`);
  if (status === 'fail' && timing && saturated) {
    status = 'unknown';
    notes.push(`the machine was saturated: ${saturated}`);
  }
  return {
    id,
    value,
    unit,
    target,
    threshold,
    status,
    ...(saturated && { saturated }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
  };
}
