import { randomBytes } from 'node:crypto';
import {
  EnvironmentError,
  lockNetwork,
  type NetworkHandle,
  openNetwork,
  recordRun,
  UsageError,
} from '@cqkd/harness';
import { type FaultName, faultOf } from '../faults/index.js';
import { bareResult } from './bare-result.js';
import { carryOut } from './carry-out.js';
import { chooseMeans } from './choose-means.js';
import type { ExperimentOptions } from './options.js';
import { pictureOf } from './picture-of.js';
import type { ChaosResult } from './results.js';

/** What shall last longer is done again. */
const mostSeconds = 3600;

/** One fault with the parameters that its schema has read. */
export interface ChosenFault {
  kind: FaultName;
  parameters: object;
}

/**
 * Steady state → journal → fault → proof → what each side does → healing → recovery → verdict.
 *
 * However it ends, the fault is lifted: here, or by its own time where this program is killed.
 *
 * @throws UsageError, EnvironmentError, or the signal's reason
 */
export async function experiment(fault: ChosenFault, options: ExperimentOptions): Promise<ChaosResult> {
  const { root, network, locked = false } = options;
  if (options.forSeconds > mostSeconds)
    throw new UsageError(`--for takes 1h at most, got ${options.forSeconds} s`);
  // Before the lock: where there is no network, nothing is left behind.
  await openNetwork(root, network);
  const lock = locked ? undefined : await lockNetwork(root, network, `chaos ${fault.kind}`);
  try {
    return await carryOutFault(await openNetwork(root, network), fault, options);
  } finally {
    lock?.release();
  }
}

async function carryOutFault(
  handle: NetworkHandle,
  { kind, parameters }: ChosenFault,
  options: ExperimentOptions,
): Promise<ChaosResult> {
  const { network, signal, seed, dryRun, hooks, via } = options;
  const sinceMs = performance.now();
  requireNotEnding(handle, network);
  const picture = await pictureOf(handle, seed, signal);
  const plan = faultOf(kind).plan(picture, parameters, seed);
  const means = await chooseMeans(plan.actions, handle.driver, { via, signal });
  const chosen = { ...plan, actions: means.actions };
  const id = `${kind}-${randomBytes(4).toString('hex')}`;
  const bare = bareResult({ network, kind, seed, plan: chosen, notes: means.notes });
  if (dryRun) return { ...bare, elapsedSeconds: (performance.now() - sinceMs) / 1000 };
  const found = await carryOut({ id, kind, picture, plan: chosen, handle, options });
  const notes = [...bare.notes, ...found.notes];
  const result = {
    ...bare,
    ...found,
    notes,
    via: found.via ?? bare.via,
    elapsedSeconds: (performance.now() - sinceMs) / 1000,
  };
  await recordRun(handle.paths, { at: Date.now(), command: `chaos ${kind}`, network, result }, hooks);
  return result;
}

/** Whoever ended it was killed: nothing would be started again. */
function requireNotEnding({ deployment }: NetworkHandle, network: string): void {
  if (deployment.state !== 'ending') return;
  throw new EnvironmentError(
    `Network ${network} is half ended by a command that was killed: cqkd down -n ${network}, then deploy`,
  );
}
