/** Lets so many things happen in a second and no more: a token bucket that holds one second's worth. */
export class Pace {
  readonly #perSecond: () => number;
  #tokens: number;
  #atMs = Number.NEGATIVE_INFINITY;

  constructor(perSecond: () => number) {
    this.#perSecond = perSecond;
    this.#tokens = 0;
  }

  /** @returns whether one more may happen now; if so it is counted */
  take(nowMs: number): boolean {
    const most = this.#perSecond();
    const gained = ((nowMs - this.#atMs) / 1000) * most;
    this.#tokens = Math.min(most, this.#tokens + gained);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
