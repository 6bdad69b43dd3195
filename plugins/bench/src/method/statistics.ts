import { mean, quantileSorted, sampleVariance } from 'simple-statistics';

/** Of the values, left out at either end where a mean must not follow a single one. */
const trimmedShare = 0.2;

/** Mean, and how far it may be off. */
export interface Estimate {
  mean: number;
  /** Of the mean; null with fewer than two values. */
  interval: [low: number, high: number] | null;
}

/** Mean of values with its confidence interval by Student's t. @param level 0-1 */
export function estimate(values: readonly number[], level = 0.95): Estimate {
  if (values.length === 0) return { mean: Number.NaN, interval: null };
  const center = mean([...values]);
  if (values.length < 2) return { mean: center, interval: null };
  const half = studentQuantile(level, values.length - 1) * Math.sqrt(squaredError(values));
  return { mean: center, interval: [center - half, center + half] };
}

/** Squared standard error of the mean; 0 with fewer than two values. */
export function squaredError(values: readonly number[]): number {
  return values.length < 2 ? 0 : sampleVariance([...values]) / values.length;
}

/** A mean that a single value far off does not move. */
export interface RobustMean {
  mean: number;
  squaredError: number;
  /** Degrees of freedom of the error; 0 with fewer than two values. */
  freedom: number;
}

/**
 * The mean without a fifth of the values at either end, with its error.
 *
 * Source: Yuen, "The two-sample trimmed t for unequal population variances", Biometrika 61, 1974.
 */
export function robustMean(values: readonly number[]): RobustMean {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const cut = Math.floor(trimmedShare * n);
  const kept = sorted.slice(cut, n - cut);
  const h = kept.length;
  if (h < 2) return { mean: mean(kept), squaredError: 0, freedom: 0 };
  const [lowest, highest] = [kept[0] as number, kept[h - 1] as number];
  const pulledIn = sorted.map((value) => Math.min(highest, Math.max(lowest, value)));
  return {
    mean: mean(kept),
    squaredError: ((n - 1) * sampleVariance(pulledIn)) / (h * (h - 1)),
    freedom: h - 1,
  };
}

/** @param share 0-1. @returns NaN when there is no value */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  return quantileSorted(
    [...values].sort((a, b) => a - b),
    share,
  );
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * How many standard errors to both sides of the mean hold so much of Student's distribution.
 *
 * Source: Hill, "Algorithm 396: Student's t-quantiles", CACM 13(10), 1970; six digits or more.
 *
 * @param level 0-1, both sides together
 * @param freedom degrees of freedom, 1 or more, whole or not
 */
export function studentQuantile(level: number, freedom: number): number {
  const tail = 1 - level;
  if (Math.abs(freedom - 1) < 1e-9) return 1 / Math.tan((tail * Math.PI) / 2);
  if (Math.abs(freedom - 2) < 1e-9) return Math.sqrt(2 / (tail * (2 - tail)) - 2);
  const n = freedom;
  const a = 1 / (n - 0.5);
  const b = (48 / a) * (1 / a);
  let c = ((20700 * a) / b - 98) * a - 16;
  c = c * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * n;
  let x = d * tail;
  let y = x ** (2 / n);
  if (y > 0.05 + a) {
    x = normalQuantile(tail / 2);
    y = x * x;
    if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6);
    c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = Math.expm1(a * y * y);
  } else {
    y =
      ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) *
        ((n + 1) / (n + 2)) +
      1 / y;
  }
  return Math.sqrt(n * y);
}

/** Lower-tail quantile of the normal distribution. Source: Acklam's rational approximation, relative error 1e-9. */
function normalQuantile(p: number): number {
  const q = Math.sqrt(-2 * Math.log(p));
  if (p < 0.02425) {
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1)
    );
  }
  const r = (p - 0.5) ** 2;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      (p - 0.5)) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}
