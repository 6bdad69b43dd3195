import { setTimeout as delay } from 'node:timers/promises';
import type { CoordinatorClient } from '@cqkd/harness';
import type { Recovery } from './results.js';
import { recoveredRecall } from './thresholds.js';

const lookAgainMs = 500;
const lookups = 100;
/** A network that has not come together in this time has not recovered. */
const withinMs = 90_000;

export interface RecoveryOptions {
  /** Values from before the fault, by their keys. */
  kept: ReadonlyMap<string, string>;
  seed: number;
  signal: AbortSignal;
}

/** Watches the healed network until it is one again and its lookups are right, then looks what is left of its values. */
export async function awaitRecovery(
  client: CoordinatorClient,
  { kept, seed, signal }: RecoveryOptions,
): Promise<Recovery> {
  const sinceMs = performance.now();
  for (let round = 0; ; round++) {
    const { recall } = await client.lookup({ count: lookups, seed: seed + round }, signal);
    const { weakComponents: islands, orphans } = await client.routing(signal);
    const elapsedMs = performance.now() - sinceMs;
    const isWhole = recall >= recoveredRecall && islands === 1 && orphans.length === 0;
    if (isWhole || elapsedMs > withinMs) {
      return {
        seconds: isWhole ? elapsedMs / 1000 : null,
        recall,
        islands,
        orphans: orphans.length,
        lostKeys: await countLost(client, kept, signal),
      };
    }
    await delay(lookAgainMs, undefined, { signal });
  }
}

async function countLost(
  client: CoordinatorClient,
  kept: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<number> {
  let lost = 0;
  for (const [key, value] of kept) if ((await client.getValue(key, signal)) !== value) lost++;
  return lost;
}
