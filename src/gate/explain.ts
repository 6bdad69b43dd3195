import { type Phase, phases } from '@cqkd/node/control';
import { type MetricDefinition, type MetricId, metrics, phasesOf } from './metrics.js';
import { type Column, columns, type Target, targetOf } from './targets.js';

/** What there is to know of a metric without measuring it: the `--json` of `verify --explain`. */
export interface MetricExplanation extends Omit<MetricDefinition, 'phases' | 'inclusive'> {
  metric: MetricId;
  /** Whether a value at its very limit holds it. */
  inclusive: boolean;
  targets: (Target & { column: Column })[];
  /** Phases that can make it fail, in the order in which a rollback tries them. */
  phases: Pick<Phase, 'number' | 'name' | 'title' | 'flag'>[];
}

export function explainMetric(metric: MetricId): MetricExplanation {
  const definition = metrics[metric];
  return {
    metric,
    ...definition,
    inclusive: definition.inclusive === true,
    targets: columns.map((column) => ({ column, ...targetOf(metric, column) })),
    phases: explainPhases(metric),
  };
}

/** The phases that can make a metric fail, by number, name and flag. */
export function explainPhases(metric: MetricId): MetricExplanation['phases'] {
  return phasesOf(metric).flatMap((wanted) =>
    phases
      .filter(({ number }) => number === wanted)
      .map(({ number, name, title, flag }) => ({ number, name, title, flag })),
  );
}
