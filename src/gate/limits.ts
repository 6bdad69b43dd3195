import { type MetricId, metrics } from './metrics.js';

/** Whether a value does not hold a limit. */
export function isBeyond(id: MetricId, value: number, limit: number): boolean {
  if (value === limit) return !holdsAtLimit(id, limit);
  return metrics[id].better === 'lower' ? value > limit : value < limit;
}

/** Whether a value that is just at a limit holds it: where the metric says so, and where there is no better value. */
export function holdsAtLimit(id: MetricId, limit: number): boolean {
  return metrics[id].inclusive === true || limit === bestOf(id);
}

/** The largest value that a metric can have, in its unit. */
export function mostOf(id: MetricId): number {
  return { percent: 100, ratio: 1 }[metrics[id].unit as string] ?? Number.POSITIVE_INFINITY;
}

function bestOf(id: MetricId): number {
  return metrics[id].better === 'lower' ? 0 : mostOf(id);
}
