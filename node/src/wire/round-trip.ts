/** Wait before anything was measured. */
const INITIAL_WAIT_MS = 250;
/** Below this, a pause of the garbage collector or of the scheduler would look like a lost datagram. */
const MIN_WAIT_MS = 40;

/**
 * How long to wait for an answer, from the round trips measured so far.
 *
 * Smoothed mean plus four deviations, as TCP does. Milliseconds. Source: RFC 6298, section 2.
 */
export class RoundTripEstimator {
  #smoothedMs: number | undefined;
  #deviationMs = 0;
  /** Waits for the ceiling, whatever was measured. */
  fixed = false;

  /** @param ceilingMs the wait never exceeds this */
  constructor(public ceilingMs: number) {}

  /** Smoothed round trip, milliseconds; undefined before the first answer. */
  get smoothedMs(): number | undefined {
    return this.#smoothedMs;
  }

  get waitMs(): number {
    if (this.fixed) return this.ceilingMs;
    if (this.#smoothedMs === undefined) return Math.min(INITIAL_WAIT_MS, this.ceilingMs);
    return Math.min(Math.max(MIN_WAIT_MS, this.#smoothedMs + 4 * this.#deviationMs), this.ceilingMs);
  }

  sample(roundTripMs: number): void {
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = roundTripMs;
      this.#deviationMs = roundTripMs / 2;
      return;
    }
    this.#deviationMs += (Math.abs(this.#smoothedMs - roundTripMs) - this.#deviationMs) / 4;
    this.#smoothedMs += (roundTripMs - this.#smoothedMs) / 8;
  }
}
