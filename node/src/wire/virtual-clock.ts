import type { Clock, Timer } from '../kademlia/components.js';

interface Event {
  atMs: number;
  /** Events of one instant run in the order in which they were made. */
  order: number;
  callback: (() => void) | undefined;
}

/** When its time of day begins, milliseconds since 1970. */
const STARTED_AT_MS = 1_700_000_000_000;

/**
 * A clock whose time passes only when it is told to: an hour of a network takes seconds, and the same
 * events come in the same order every time.
 */
export class VirtualClock implements Clock {
  readonly #heap: Event[] = [];
  #nowMs = 0;
  #order = 0;

  now(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return STARTED_AT_MS + this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    const event: Event = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#push(event);
    return event;
  }

  clearTimeout(timer: Timer): void {
    (timer as Event).callback = undefined;
  }

  /** Runs everything that is due within `durationMs`, then the clock stands that much later. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await settle();
    while (this.#heap.length > 0 && (this.#heap[0] as Event).atMs <= untilMs) await this.#step();
    this.#nowMs = untilMs;
  }

  /**
   * Runs events until a promise settles.
   *
   * @throws Error when no event is left and the promise is still open
   */
  async run<T>(promise: Promise<T>): Promise<T> {
    let open = true;
    const ended = () => {
      open = false;
    };
    promise.then(ended, ended);
    await settle();
    while (open) {
      if (this.#heap.length === 0)
        throw new Error('The virtual clock has no event left, but the promise is still open');
      await this.#step();
    }
    return promise;
  }

  async #step(): Promise<void> {
    const event = this.#pop();
    if (!event.callback) return;
    this.#nowMs = event.atMs;
    event.callback();
    await settle();
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let i = heap.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(event, heap[parent] as Event)) break;
      heap[i] = heap[parent] as Event;
      i = parent;
    }
    heap[i] = event;
  }

  #pop(): Event {
    const heap = this.#heap;
    const first = heap[0] as Event;
    const last = heap.pop() as Event;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!isBefore(heap[child] as Event, last)) break;
      heap[i] = heap[child] as Event;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Lets all promises that an event settled run their course before the next event. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
