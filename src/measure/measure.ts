import type { Measured } from '../gate/gate.js';
import { type MetricId, metricIds } from '../gate/metrics.js';
import { type Step, steps } from './steps.js';
import type { Subject } from './subject.js';

export interface MeasureOptions {
  /** What is wanted; only what it takes is measured. */
  metrics?: readonly MetricId[];
  signal: AbortSignal;
  /** Told of each step before it begins. */
  onStep?: (title: string, number: number, total: number) => void;
}

/**
 * Measures a network.
 *
 * A measurement that fails leaves its metrics without a value: they are unknown, never passed over.
 */
export async function measure(subject: Subject, options: MeasureOptions): Promise<Measured[]> {
  const { metrics = metricIds, signal, onStep } = options;
  const needed = steps.filter((step) => step.metrics.some((id) => metrics.includes(id)));
  const measured: Measured[] = [];
  for (const [index, step] of needed.entries()) {
    onStep?.(step.title, index + 1, needed.length);
    measured.push(...(await attempt(step, subject, signal)));
  }
  return metricIds
    .filter((id) => metrics.includes(id))
    .map((id) => measured.find((each) => each.id === id) ?? { id, value: null });
}

async function attempt(step: Step, subject: Subject, signal: AbortSignal): Promise<Measured[]> {
  try {
    return await step.run(subject, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const note = `could not be measured: ${error instanceof Error ? error.message : String(error)}`;
    return step.metrics.map((id) => ({ id, value: null, note }));
  }
}
