import type { ComparedVerdict } from '../measurement.js';

/** Changes that are smaller are of no interest, however certain. Percent. */
const smallestEffectPercent = 7;

/**
 * What an interval of a ratio says.
 *
 * Worse (or better) only when all of it lies beyond the smallest effect, the same when all of it lies within the limit;
 * between the two nobody can tell.
 */
export function verdictOn(
  interval: readonly [low: number, high: number] | null,
  better: 'higher' | 'lower',
  limitPercent: number,
): ComparedVerdict {
  if (interval === null) return "can't tell";
  const effect = 1 + Math.min(smallestEffectPercent, limitPercent) / 100;
  const limit = 1 + limitPercent / 100;
  const [low, high] = interval;
  if (low > effect) return better === 'higher' ? 'better' : 'worse';
  if (high < 1 / effect) return better === 'higher' ? 'worse' : 'better';
  if (high <= limit && low >= 1 / limit) return 'same';
  return "can't tell";
}
