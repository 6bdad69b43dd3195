import { randomFillSync } from 'node:crypto';
import type { Clock, RandomSource } from '../kademlia/components.js';

/** The system's monotonic clock and timers. Timers do not keep the process alive on their own. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** Cryptographically strong randomness: message ids must not be guessed. */
export const systemRandom: RandomSource = {
  fill: (bytes) => {
    randomFillSync(bytes);
  },
  uint32: () => randomFillSync(new Uint32Array(1))[0] as number,
  float: () => Math.random(),
};
