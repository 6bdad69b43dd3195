import { cpuMs } from '../method/cpu-ms.js';

/** Calls between two looks at the clock. */
const batch = 64;

/**
 * How often something can be done in a second of CPU time: what other programs take does not count.
 *
 * @param spanMs how long it is tried
 */
export function rate(run: (index: number) => unknown, spanMs: number): number {
  const startedAt = cpuMs();
  let done = 0;
  let elapsed = 0;
  while (elapsed < spanMs) {
    for (let i = 0; i < batch; i++) run(done + i);
    done += batch;
    elapsed = cpuMs() - startedAt;
  }
  return done / (elapsed / 1000);
}
