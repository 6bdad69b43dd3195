import { setTimeout as delay } from 'node:timers/promises';
import { type CoordinatorClient, EnvironmentError } from '@cqkd/harness';
import type { SteadyState } from './results.js';
import { recoveredRecall } from './thresholds.js';

const lookups = 100;
const lookAgainMs = 500;
/** A table may miss a contact for a while, after a fault or on a busy machine. */
const settlesWithinMs = 10_000;

interface Looking {
  seed: number;
  /** Takes what it finds at the first look. */
  anyway: boolean;
  signal: AbortSignal;
}

/** What the network is like; one that is not well is looked at again for a while. */
export async function steadyStateOf(
  client: CoordinatorClient,
  { seed, anyway, signal }: Looking,
): Promise<SteadyState> {
  const endsAt = performance.now() + (anyway ? 0 : settlesWithinMs);
  for (let round = 0; ; round++) {
    const found = await lookAt(client, seed + round, signal);
    if (isSteady(found) || performance.now() >= endsAt) return found;
    await delay(lookAgainMs, undefined, { signal });
  }
}

async function lookAt(client: CoordinatorClient, seed: number, signal: AbortSignal): Promise<SteadyState> {
  const { recall } = await client.lookup({ count: lookups, seed }, signal);
  const { weakComponents } = await client.routing(signal);
  const { state, foreign } = await client.network(signal, { nodes: false });
  return { state, recall, islands: weakComponents, foreign };
}

function isSteady({ state, recall, islands }: SteadyState): boolean {
  return state === 'ready' && recall >= recoveredRecall && islands === 1;
}

/** @throws EnvironmentError when the network is not well already */
export function requireSteady(network: string, found: SteadyState): void {
  if (isSteady(found)) return;
  const { state, recall, islands } = found;
  throw new EnvironmentError(
    `Network ${network} is not in a steady state (${state}, recall ${recall.toFixed(3)}, ${islands} islands): see cqkd status, cqkd chaos heal, or go on with --anyway`,
  );
}
