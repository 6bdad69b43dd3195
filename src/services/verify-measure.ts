import { UsageError } from '../errors.js';
import { type Judgement, judge } from '../gate/gate.js';
import { type MetricId, metricIds } from '../gate/metrics.js';
import type { OwnTargets } from '../gate/own-targets.js';
import { type MeasureOptions, measure } from '../measure/measure.js';
import { nearest } from '../settings/nearest.js';
import type { NetworkHandle } from './network-handle.js';
import { subjectOf } from './subject.js';

export interface MeasureAndJudgeOptions extends MeasureOptions {
  /** Targets that win over the table's. */
  targets?: OwnTargets | undefined;
  /** Rounds with different numbers ask other nodes for other values; by default 0. */
  round?: number;
}

/** Measures a network and holds it against its targets; nothing is recorded, and no plugin is told. */
export async function measureAndJudge(
  handle: NetworkHandle,
  { targets, round = 0, ...options }: MeasureAndJudgeOptions,
): Promise<Judgement> {
  const subject = subjectOf(handle);
  const measured = await measure({ ...subject, seed: (subject.seed + round) % 2 ** 32 }, options);
  return judge(measured, subject.workers, targets);
}

/** The metrics that are named, in their order; all when none is. @throws UsageError when one does not exist */
export function requireMetrics(names: readonly string[]): readonly MetricId[] {
  for (const name of names) requireMetric(name);
  return names.length > 0 ? metricIds.filter((id) => names.includes(id)) : metricIds;
}

/** @throws UsageError when there is no such metric */
export function requireMetric(name: string): MetricId {
  const id = metricIds.find((each) => each === name);
  if (id) return id;
  throw new UsageError(`There is no metric ${name}; the nearest is ${nearest(name, metricIds)}`);
}
