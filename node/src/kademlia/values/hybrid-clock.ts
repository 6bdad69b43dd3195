import { Version } from './version.js';

/** Clocks of nodes are taken to be this close to the true time. Milliseconds. */
export const CLOCK_BOUND_MS = 30_000;
/** So far two clocks within the bound can be apart; a version that is further ahead is refused. Milliseconds. */
export const MAX_AHEAD_MS = 2 * CLOCK_BOUND_MS;
const MAX_COUNTER = 0xffff;
const NOBODY = new Uint8Array(8);

/**
 * Gives versions that are larger than all that were learned and never smaller than the time of day, also where that
 * is set back.
 *
 * Source: Kulkarni et al., "Logical Physical Clocks", 2014, figure 5.
 */
export class HybridClock {
  readonly #wallMs: () => number;
  readonly #writer: Uint8Array;
  #timeMs = 0;
  #counter = 0;

  /** @param writer first bytes of the node's id */
  constructor(wallMs: () => number, writer: Uint8Array) {
    this.#wallMs = wallMs;
    this.#writer = writer;
  }

  /** The version of a value that is written now. @param value MessagePack @param isGuess a peer without versions has written it */
  next(value: Uint8Array, isGuess = false): Version {
    const now = Math.floor(this.#wallMs());
    if (now > this.#timeMs) this.#set(now, 0);
    else if (this.#counter < MAX_COUNTER) this.#counter++;
    else this.#set(this.#timeMs + 1, 0);
    const writer = isGuess ? NOBODY : this.#writer;
    return Version.of(value, { timeMs: this.#timeMs, counter: this.#counter, writer });
  }

  /** False for a version that is too far ahead to be true. */
  accepts({ timeMs }: Version): boolean {
    return timeMs <= this.#wallMs() + MAX_AHEAD_MS;
  }

  /** Makes later versions larger than this one. @returns whether it is accepted */
  learn(version: Version): boolean {
    const { timeMs, counter } = version;
    if (!this.accepts(version)) return false;
    if (timeMs > this.#timeMs || (timeMs === this.#timeMs && counter > this.#counter))
      this.#set(timeMs, counter);
    return true;
  }

  #set(timeMs: number, counter: number): void {
    this.#timeMs = timeMs;
    this.#counter = counter;
  }
}
