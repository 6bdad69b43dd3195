import type { Measurement } from '../measurement.js';
import { robustMean, studentQuantile } from '../method/statistics.js';

/** After / before, with its interval; null where too little was measured. */
export interface Ratio {
  ratio: number;
  interval: [low: number, high: number] | null;
}

/** Both sides of the interval together. */
const level = 0.99;
/** A value counts as no less than this share of the mean: nothing at all is a thousandth. */
const leastShare = 0.001;
/** Freedom beyond which Student's distribution is the normal one. */
const mostFreedom = 1e6;

/**
 * How much a figure has changed, as if the machine had been equally fast in both runs.
 *
 * The ratio of geometric means without the extreme values; its interval is Welch's on the logarithms, with the noise
 * between two runs that their repetitions do not show added to the error. Source: Welch, "The generalization of
 * Student's problem", Biometrika 34, 1947; Kalibera & Jones, "Rigorous benchmarking in reasonable time", 2013, for the
 * noise above the repetitions.
 *
 * @param noise standard deviation of that noise, as a share
 */
export function ratioOf(before: Measurement, after: Measurement, noise: number): Ratio {
  if (isConstant(before, after)) return { ratio: 1, interval: around(0, noise, mostFreedom) };
  const least = leastShare * Math.max(before.mean, after.mean);
  const old = robustMean(logarithms(before, least));
  const young = robustMean(logarithms(after, least));
  const change = young.mean - old.mean;
  const ratio = Math.exp(change);
  if (old.freedom === 0 || young.freedom === 0) return { ratio, interval: null };
  const sum = old.squaredError + young.squaredError + noise ** 2;
  const spread = old.squaredError ** 2 / old.freedom + young.squaredError ** 2 / young.freedom;
  const freedom = spread === 0 ? mostFreedom : sum ** 2 / spread;
  return { ratio, interval: around(change, Math.sqrt(sum), freedom) };
}

function around(change: number, error: number, freedom: number): [number, number] {
  const half = error * studentQuantile(level, Math.min(freedom, mostFreedom));
  return [Math.exp(change - half), Math.exp(change + half)];
}

/** Counts and shares that are the same in every repetition of both runs, 0 among them. */
function isConstant(before: Measurement, after: Measurement): boolean {
  const [first] = before.values;
  return (
    before.calibration === null &&
    first !== undefined &&
    after.values.length > 0 &&
    [...before.values, ...after.values].every((value) => value === first)
  );
}

/** @param least what a smaller value counts as: 0 has no logarithm */
function logarithms({ values, calibrations, calibration, unit }: Measurement, least: number): number[] {
  return values.map((value, index) => {
    const own = Math.log(Math.max(value, least));
    if (calibration === null) return own;
    const speed = Math.log(calibrations[index] ?? Number.NaN);
    // A machine that is twice as fast does twice as much in a second, and takes half the time.
    return unit === 'per_second' ? own - speed : own + speed;
  });
}
