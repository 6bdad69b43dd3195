import type { Lab } from './lab.js';

/** Reads in flight at a time, and the pause of each between two. */
const lanes = 4;
const pauseMs = 20;

/** Reads of stored values that go on until they are ended. */
export interface SteadyReads {
  end(): Promise<{ right: number; wrong: number; perSecond: number }>;
}

/** Reads the values that a lab has stored, one after the other, again and again. */
export function steadyReads(lab: Lab, count: number): SteadyReads {
  const { signal } = new AbortController();
  const startedAt = performance.now();
  let [right, wrong, next, ended] = [0, 0, 0, false];
  const lane = async () => {
    while (!ended) {
      const key = `key-${next++ % count}`;
      const value = await lab.client.getValue(key, signal).catch(() => undefined);
      if (value === `value of ${key}`) right++;
      else wrong++;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const reading = Promise.all(Array.from({ length: lanes }, lane));
  return {
    end: async () => {
      ended = true;
      await reading;
      return { right, wrong, perSecond: (1000 * (right + wrong)) / (performance.now() - startedAt) };
    },
  };
}
