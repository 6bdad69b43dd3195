import type { Settings } from '../settings.js';

/** However often it failed: a network that comes back is found soon. */
const LONGEST_MS = 10_000;

/** Pause before another attempt to find a bootstrap node: doubles with each. @param attempt 1 and up */
export function backOffMs(settings: Settings, attempt: number): number {
  const firstMs = settings.bootstrap_fallback_retry_delay * 1000;
  return Math.min(firstMs * 2 ** (attempt - 1), Math.max(firstMs, LONGEST_MS));
}
