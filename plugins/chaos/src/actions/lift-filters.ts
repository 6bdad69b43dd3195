import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError, runningUnits } from '@cqkd/harness';
import type { Patient } from './means.js';

/** A host that has just thawed may break off the first call. */
const attempts = 4;
const againMs = 500;

/**
 * Lifts what the nodes do: one fault, or all of them.
 *
 * @throws EnvironmentError when a host that runs has not lifted it; one that does not run has nothing on
 */
export async function liftFilters(
  { client, driver, signal }: Pick<Patient, 'client' | 'driver' | 'signal'>,
  id?: string,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { hosts } = await client.liftFaults(signal, id);
    const silent = Object.entries(hosts).filter(([, answer]) => answer !== 'lifted');
    if (silent.length === 0) return;
    const running = await runningUnits(driver);
    const [first] = silent.filter(([name]) => running.has(name));
    if (!first) return;
    if (attempt === attempts)
      throw new EnvironmentError(`Host ${first[0]} did not answer (${first[1]}): there it ends by itself`);
    await delay(againMs, undefined, { signal });
  }
}
