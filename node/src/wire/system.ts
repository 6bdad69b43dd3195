import { randomFillSync } from 'node:crypto';
import type { Clock, RandomSource } from '../kademlia/components.js';

/** Timers at least this long may end a little late. Milliseconds. */
const LONG_MS = 1000;
/** They end together, at multiples of this time: the process wakes up once for all of its nodes. Milliseconds. */
const GRID_MS = 250;

/** The system's monotonic clock and timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs < LONG_MS ? delayMs : onGrid(delayMs)),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

function onGrid(delayMs: number): number {
  const now = performance.now();
  return Math.ceil((now + delayMs) / GRID_MS) * GRID_MS - now;
}

/** Cryptographically strong bytes, since message ids must not be guessed; `float` only spreads things in time. */
export const systemRandom: RandomSource = {
  fill: (bytes) => {
    randomFillSync(bytes);
  },
  uint32: () => randomFillSync(new Uint32Array(1))[0] as number,
  float: () => Math.random(),
};
