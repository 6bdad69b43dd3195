import { randomFillSync } from 'node:crypto';
import type { Clock, RandomSource } from '../kademlia/components.js';

/** The system's monotonic clock and timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Cryptographically strong bytes, since message ids must not be guessed; `float` only spreads things in time. */
export const systemRandom: RandomSource = {
  fill: (bytes) => {
    randomFillSync(bytes);
  },
  uint32: () => randomFillSync(new Uint32Array(1))[0] as number,
  float: () => Math.random(),
};
