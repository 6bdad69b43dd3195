import type { Clock, Timer } from '../../kademlia/components.js';

const SLICE_MS = 20;
const LEAST_PAUSE_MS = 1;

/** Keeps the event loop busy for a share of its time, slice by slice. */
export class Burner {
  readonly #clock: Clock;
  readonly #onBurnt: (cpuSeconds: number) => void;
  #share = 0;
  /** When the next slice begins, by plan. */
  #dueAtMs = 0;
  #timer: Timer;
  #immediate: NodeJS.Immediate | undefined;

  /** @param onBurnt told of each slice */
  constructor(clock: Clock, onBurnt: (cpuSeconds: number) => void) {
    this.#clock = clock;
    this.#onBurnt = onBurnt;
  }

  /** @param share 0-0.95; 0 = none */
  set(share: number): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#share = share;
    this.#dueAtMs = this.#clock.now();
    if (share > 0) this.#wait();
  }

  #wait(): void {
    this.#timer = this.#clock.setTimeout(
      () => {
        // What has arrived meanwhile comes first, however many timers are due.
        this.#immediate = setImmediate(() => this.#burn());
      },
      Math.max(LEAST_PAUSE_MS, this.#dueAtMs - this.#clock.now()),
    );
  }

  #burn(): void {
    const before = process.cpuUsage();
    const endsAtMs = performance.now() + SLICE_MS;
    while (performance.now() < endsAtMs);
    const { user, system } = process.cpuUsage(before);
    this.#onBurnt((user + system) / 1e6);
    // What was missed is not made up for.
    this.#dueAtMs = Math.max(this.#dueAtMs + SLICE_MS / this.#share, this.#clock.now());
    this.#wait();
  }
}
