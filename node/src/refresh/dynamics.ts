import type { Clock } from '../kademlia/components.js';
import type { Condition } from './policy.js';

/** Changes are forgotten over this time, so that their sum is about the changes of the last minute. */
const MEMORY_MS = 60_000;
/** Share of the table that changes in a minute from which on the dynamics are high or medium. */
const HIGH_SHARE = 0.1;
const MEDIUM_SHARE = 0.01;
/** Share at which the stability score is one half. */
const UNSTABLE_SHARE = 0.05;
/** A table counts as at least so big: a few changes of a tiny one mean little. */
const SMALLEST_TABLE = 20;

/**
 * How fast a node's own routing table changes, with decay on the node's clock.
 *
 * Begins restless: a node that has just joined knows its surroundings least.
 */
export class Dynamics {
  readonly #clock: Clock;
  readonly #tableSize: () => number;
  #changes: number;
  #atMs: number;

  constructor(clock: Clock, tableSize: () => number) {
    this.#clock = clock;
    this.#tableSize = tableSize;
    this.#atMs = clock.now();
    this.#changes = this.#size;
  }

  /** Notes a change. @param weight 1 = a contact came or went; less = it may have */
  note(weight = 1): void {
    const now = this.#clock.now();
    this.#changes = this.#decayed(now) + weight;
    this.#atMs = now;
  }

  /** Share of the table that changed in the last minute or so; above 1 when it changed more than once. */
  get share(): number {
    return this.#decayed(this.#clock.now()) / this.#size;
  }

  get condition(): Exclude<Condition, 'critical'> {
    const { share } = this;
    if (share >= HIGH_SHARE) return 'high';
    return share >= MEDIUM_SHARE ? 'medium' : 'low';
  }

  /** 1 = nothing changes; halves with each 5 % of the table that change in a minute. */
  get stability(): number {
    return 0.5 ** (this.share / UNSTABLE_SHARE);
  }

  get #size(): number {
    return Math.max(SMALLEST_TABLE, this.#tableSize());
  }

  #decayed(nowMs: number): number {
    return this.#changes * Math.exp((this.#atMs - nowMs) / MEMORY_MS);
  }
}
