import { type CoordinatorClient, EnvironmentError } from '@cqkd/harness';
import type { SteadyState } from './results.js';
import { recoveredRecall } from './thresholds.js';

const lookups = 100;

export async function steadyStateOf(
  client: CoordinatorClient,
  seed: number,
  signal: AbortSignal,
): Promise<SteadyState> {
  const { state } = await client.network(signal, { nodes: false });
  const { recall } = await client.lookup({ count: lookups, seed }, signal);
  const { weakComponents } = await client.routing(signal);
  return { state, recall, islands: weakComponents };
}

/** @throws EnvironmentError when the network is not well already */
export function requireSteady(network: string, { state, recall, islands }: SteadyState): void {
  if (state === 'ready' && recall >= recoveredRecall && islands === 1) return;
  throw new EnvironmentError(
    `Network ${network} is not in a steady state (${state}, recall ${recall.toFixed(3)}, ${islands} islands): see cqkd status, cqkd chaos heal, or go on with --anyway`,
  );
}
