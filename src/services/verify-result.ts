import type { JudgedMetric, Judgement } from '../gate/gate.js';
import type { SoakedMetric } from '../gate/soak.js';
import { withPrevious } from '../gate/trend.js';
import type { NetworkHandle } from './network-handle.js';
import type { SoakSummary, VerifyResult } from './results.js';
import { coordinatorMemory } from './subject.js';
import type { VerifyRun } from './verify-history.js';

export interface VerifyResultInit {
  judgement: Judgement & { metrics: (JudgedMetric | SoakedMetric)[] };
  rounds: number;
  soak: SoakSummary | null;
  /** Oldest first. */
  past: readonly VerifyRun[];
}

/** The verdict on a network as a command answers and records it. */
export async function verifyResult(
  { deployment, driver }: NetworkHandle,
  { judgement, rounds, soak, past }: VerifyResultInit,
): Promise<VerifyResult> {
  const { network, workers } = deployment.plan;
  return {
    network,
    workers,
    ...judgement,
    metrics: withPrevious(judgement.metrics, past),
    rounds,
    soak,
    coordinatorMemoryBytes: await coordinatorMemory(driver),
    elapsedSeconds: performance.now() / 1000,
    answers: [],
  };
}
