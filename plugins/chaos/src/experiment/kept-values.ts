import { randomBytes } from 'node:crypto';
import type { CoordinatorClient } from '@cqkd/harness';

const count = 40;

/** Writes values that must outlive the fault. @returns them by their keys */
export async function keepValues(
  client: CoordinatorClient,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const run = randomBytes(6).toString('hex');
  const kept = new Map<string, string>();
  for (let index = 0; index < count; index++) {
    const key = `cqkd:chaos:${run}:${index}`;
    const value = `value ${index} of ${run}`;
    await client.putValue(key, value, signal);
    kept.set(key, value);
  }
  return kept;
}

export async function dropValues(
  client: CoordinatorClient,
  kept: ReadonlyMap<string, string>,
): Promise<void> {
  const { signal } = new AbortController();
  for (const key of kept.keys()) await client.deleteValue(key, signal).catch(() => {});
}
