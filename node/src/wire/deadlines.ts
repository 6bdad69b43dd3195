import type { Clock, Timer } from '../kademlia/components.js';

/** Something that ends by itself unless it was settled before. */
export interface Expiring {
  /** On the clock, milliseconds. */
  deadlineMs: number;
  /** Settled items are dropped without a call. */
  settled: boolean;
  expire(): void;
}

const TICK_MS = 10;
const SLOTS = 512;

/**
 * The time-outs of all requests of a process on one timer.
 *
 * A wheel of slots of 10 ms. Settling an item costs nothing: it is skipped when its slot comes up. The
 * timer only runs while something is pending, and then to the next slot that holds something pending.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #slots: Expiring[][] = Array.from({ length: SLOTS }, () => []);
  #timer: Timer | undefined;
  #wakeTick = 0;
  #doneTick: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#doneTick = Math.floor(clock.now() / TICK_MS);
  }

  /** Watches an item until it settles or its deadline passes; call again after moving the deadline in `expire`. */
  add(item: Expiring): void {
    const tick = Math.max(Math.ceil(item.deadlineMs / TICK_MS), Math.floor(this.#clock.now() / TICK_MS) + 1);
    (this.#slots[tick % SLOTS] as Expiring[]).push(item);
    const wake = Math.min(tick, Math.floor(this.#clock.now() / TICK_MS) + SLOTS - 1);
    if (this.#timer === undefined || wake < this.#wakeTick) this.#wakeAt(wake);
  }

  /** Stops the timer and forgets everything; nothing expires any more. */
  close(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const slot of this.#slots) slot.length = 0;
  }

  #wakeAt(tick: number): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#wakeTick = tick;
    this.#timer = this.#clock.setTimeout(() => this.#wake(), Math.max(0, tick * TICK_MS - this.#clock.now()));
  }

  #wake(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    const nowTick = Math.floor(now / TICK_MS);
    const first = Math.max(this.#doneTick + 1, nowTick - SLOTS + 1);
    const due: Expiring[] = [];
    for (let tick = first; tick <= nowTick; tick++) {
      const slot = this.#slots[tick % SLOTS] as Expiring[];
      if (slot.length === 0) continue;
      const later: Expiring[] = [];
      for (const item of slot) {
        if (item.settled) continue;
        if (item.deadlineMs <= now) due.push(item);
        else later.push(item);
      }
      this.#slots[tick % SLOTS] = later;
    }
    this.#doneTick = nowTick;
    this.#armNext(nowTick);
    for (const item of due) if (!item.settled) item.expire();
  }

  #armNext(nowTick: number): void {
    for (let ahead = 1; ahead < SLOTS; ahead++) {
      const slot = this.#slots[(nowTick + ahead) % SLOTS] as Expiring[];
      if (slot.some((item) => !item.settled)) {
        this.#wakeAt(nowTick + ahead);
        return;
      }
      slot.length = 0;
    }
    if ((this.#slots[nowTick % SLOTS] as Expiring[]).length > 0) this.#wakeAt(nowTick + SLOTS);
  }
}
