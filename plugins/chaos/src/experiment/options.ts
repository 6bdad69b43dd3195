import type { CoordinatorClient, HookRunner, OnProgress } from '@cqkd/harness';
import type { FaultPlan } from '../faults/fault-plan.js';
import type { Thresholds } from './thresholds.js';

/** What may be done while a fault is on. */
export interface Meanwhile {
  client: CoordinatorClient;
  plan: FaultPlan;
  signal: AbortSignal;
}

/**
 * Rules lift themselves so long after the time that was asked for: nothing stays broken when this program dies. The last
 * look at a network that waits for answers must have ended by then, which takes the longer the larger it is. Seconds.
 */
const margin = { atLeast: 60, perWorker: 0.1 };

/** How long after its time a fault lifts itself. Seconds. */
export function marginSeconds(workers: number): number {
  return margin.atLeast + margin.perWorker * workers;
}

export interface ExperimentOptions {
  root: string;
  network: string;
  signal: AbortSignal;
  onProgress?: OnProgress;
  hooks: HookRunner;
  seed: number;
  /** How long the fault lasts. Seconds. */
  forSeconds: number;
  /** After this the fault lifts itself; by default a minute or more after its time. Seconds. */
  ttlSeconds?: number | undefined;
  /** What is done meanwhile may take so much longer; the fault lifts itself so much later. Seconds. */
  patienceSeconds?: number | undefined;
  /** Only says who would be hit. */
  dryRun: boolean;
  /** Goes on although the network is not in a steady state. */
  anyway: boolean;
  /** Who makes a cut; by default the kernel where it can. */
  via?: 'kernel' | 'node' | undefined;
  thresholds: Thresholds;
  /** Called once while the fault is on; it is part of its time. */
  meanwhile?: ((context: Meanwhile) => Promise<void>) | undefined;
  /** The caller holds the lock of the network already. */
  locked?: boolean;
}
