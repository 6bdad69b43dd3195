import type { Inspector } from './driver.js';

/** Names of the units that run. */
export async function runningUnits(driver: Inspector): Promise<Set<string>> {
  const units = (await driver.inspect()).filter(({ state }) => state === 'running');
  return new Set(units.map(({ name }) => name));
}
