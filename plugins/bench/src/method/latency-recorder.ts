import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import type { LatencyHistogram } from '../measurement.js';
import type { HistogramSpec } from './sample.js';

/** Histograms count whole microseconds, up to ten minutes, three digits of each. */
const ticksPerMs = 1000;
const highestUs = 600_000_000;
const digits = 3;
const told = [0, 10, 25, 50, 75, 90, 95, 99, 99.9, 100];

/** Latencies as an HdrHistogram of whole microseconds. */
export class LatencyRecorder {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestUs,
    numberOfSignificantValueDigits: digits,
  });

  /** @param ms milliseconds */
  add(ms: number): void {
    this.#histogram.recordValue(Math.min(highestUs, Math.max(1, Math.round(ms * ticksPerMs))));
  }

  /** Adds what another one has recorded. */
  merge(encoded: string): void {
    this.#histogram.add(decodeFromCompressedBase64(encoded));
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  /** @returns undefined when nothing was recorded */
  describe(suite: string, { id, title, unit }: HistogramSpec): LatencyHistogram | undefined {
    const histogram = this.#histogram;
    if (histogram.totalCount === 0) return undefined;
    const scale = unit === 'ms' ? 1 / ticksPerMs : 1;
    const at = (percentile: number) => histogram.getValueAtPercentile(percentile) * scale;
    return {
      id: `${suite}.${id}`,
      title,
      unit,
      count: histogram.totalCount,
      min: at(0),
      mean: histogram.mean * scale,
      max: histogram.maxValue * scale,
      percentiles: told.map((percentile) => [percentile, at(percentile)]),
      encoded: this.encode(),
    };
  }
}
