import type { SuiteResult } from '../measurement.js';
import type { Figure, Sample } from './sample.js';
import { estimate } from './statistics.js';

/** Half of a 95 % interval that is narrow, as a share of the mean. */
const narrow = 0.03;

export interface RepeatOptions {
  figures: readonly Figure[];
  /** One repetition. @param index from 0 */
  sample: (index: number) => Promise<Sample>;
  /** No repetition begins that would end after this. Milliseconds. */
  budgetMs: number;
  /** Repetitions that are made while there is time, and that are never exceeded. */
  repetitions: { min: number; max: number };
  signal: AbortSignal;
  /** Milliseconds. */
  now?: () => number;
}

export interface Repeated {
  samples: Sample[];
  ended: SuiteResult['ended'];
}

/**
 * Repeats until the interval of every judged figure is narrow, or the time or the repetitions are used up.
 *
 * At least one repetition is made, however long it takes.
 *
 * @throws the signal's reason
 */
export async function repeat(options: RepeatOptions): Promise<Repeated> {
  const { figures, sample, budgetMs, repetitions, signal, now = () => performance.now() } = options;
  const startedAt = now();
  const samples: Sample[] = [];
  let longestMs = 0;
  while (samples.length < repetitions.max) {
    const beganAt = now();
    if (samples.length > 0 && beganAt - startedAt + longestMs > budgetMs) return { samples, ended: 'time' };
    signal.throwIfAborted();
    samples.push(await sample(samples.length));
    signal.throwIfAborted();
    longestMs = Math.max(longestMs, now() - beganAt);
    if (samples.length >= repetitions.min && areNarrow(figures, samples)) return { samples, ended: 'narrow' };
  }
  return { samples, ended: 'repetitions' };
}

/** Whether the interval of every judged figure is narrow; what is no number tells nothing. */
export function areNarrow(figures: readonly Figure[], samples: readonly Sample[]): boolean {
  return figures
    .filter(({ better }) => better !== null)
    .every(({ id }) => {
      const values = samples.flatMap(({ values: all }) => all[id] ?? []);
      const { mean, interval } = estimate(values);
      if (interval === null) return false;
      return interval[1] - mean <= narrow * Math.abs(mean);
    });
}
