import type { LatencyHistogram, Measurement } from '../measurement.js';
import { LatencyRecorder } from './latency-recorder.js';
import type { Repeated } from './repeat.js';
import type { Figure, HistogramSpec, Sample } from './sample.js';
import { estimate } from './statistics.js';

/** What the repetitions of a suite have found. */
export function foundIn(
  suite: { id: string; figures: readonly Figure[]; histograms: readonly HistogramSpec[] },
  { samples, ended }: Repeated,
) {
  return {
    repetitions: samples.length,
    ended,
    measurements: measurementsOf(suite.id, suite.figures, samples),
    histograms: histogramsOf(suite.id, suite.histograms, samples),
  };
}

/** What all repetitions say about the figures; those that none has measured are left out. */
export function measurementsOf(
  suite: string,
  figures: readonly Figure[],
  samples: readonly Sample[],
): Measurement[] {
  return figures.flatMap(({ id, ...about }) => {
    const measured = samples.filter(({ values }) => Number.isFinite(values[id]));
    if (measured.length === 0) return [];
    const values = measured.map((sample) => sample.values[id] as number);
    const { calibration } = about;
    const calibrations = calibration ? measured.map((sample) => sample.calibrations[calibration]) : [];
    return [{ id: `${suite}.${id}`, ...about, values, calibrations, ...estimate(values) }];
  });
}

/** The latencies of all repetitions together. */
function histogramsOf(
  suite: string,
  specs: readonly HistogramSpec[],
  samples: readonly Sample[],
): LatencyHistogram[] {
  return specs.flatMap((spec) => {
    const recorder = new LatencyRecorder();
    for (const { histograms } of samples) {
      const encoded = histograms[spec.id];
      if (encoded !== undefined) recorder.merge(encoded);
    }
    return recorder.describe(suite, spec) ?? [];
  });
}
