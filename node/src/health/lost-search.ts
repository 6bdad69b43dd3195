import type { Clock, RandomSource, Timer } from '../kademlia/components.js';

/** While contacts have just been lost one of them is looked for this often; more and more rarely later. Milliseconds. */
const SHORTEST_MS = 4000;
/** As a sweep. */
const LONGEST_MS = 30_000;
/** Share of the time since the last loss that passes between two looks. */
const PART_OF_AGE = 1 / 6;
/** Nodes that lost one another together drift apart by this share. */
const JITTER = 0.2;

export interface LostSearchInit {
  clock: Clock;
  random: RandomSource;
  /** Looks for one lost contact. @returns false when there is none */
  look: () => boolean;
}

/**
 * Looks for lost contacts now and then, often at first: so the sides of a network that was split find together.
 *
 * Who is really dead costs one ping each time, so the times grow with the age of the loss.
 */
export class LostSearch {
  readonly #init: LostSearchInit;
  #timer: Timer | undefined;
  #lostAtMs = 0;
  /** When the next look is due. */
  #dueAtMs = 0;

  constructor(init: LostSearchInit) {
    this.#init = init;
  }

  /** A contact was lost. */
  lost(): void {
    this.#lostAtMs = this.#init.clock.now();
    // A look that was put off for older losses is too far away.
    if (this.#timer !== undefined && this.#dueAtMs - this.#lostAtMs <= SHORTEST_MS * (1 + JITTER)) return;
    this.stop();
    this.#schedule();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#init.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const { clock, random, look } = this.#init;
    const ageMs = clock.now() - this.#lostAtMs;
    const everyMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ageMs * PART_OF_AGE));
    const delayMs = everyMs * (1 + JITTER * (2 * random.float() - 1));
    this.#dueAtMs = clock.now() + delayMs;
    this.#timer = clock.setTimeout(() => {
      this.#timer = undefined;
      if (look()) this.#schedule();
    }, delayMs);
  }
}
