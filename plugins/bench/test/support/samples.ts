import { SeededRandom } from '@cqkd/node';
import type { Sample } from '../../src/method/sample.js';

/** A repetition with these values, on a machine that is always as fast. */
export function sampleOf(values: Record<string, number>, calibration = 1): Sample {
  const calibrations = { udp: calibration, codec: calibration };
  return { values, calibrations, histograms: {}, curves: {}, cpuSeconds: 0 };
}

/** Numbers of a normal distribution, by Box and Muller. */
export function normal(seed: number): () => number {
  const random = new SeededRandom(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.float()));
    return radius * Math.cos(2 * Math.PI * random.float());
  };
}
