import { type Verdict, worst } from '../gate/gate.js';
import type { OwnTargets } from '../gate/own-targets.js';
import type { MeasureOptions } from '../measure/measure.js';
import type { HookRunner } from './hooks.js';
import { openNetwork } from './network-handle.js';
import { type OnProgress, ProgressList } from './progress.js';
import { recordRun } from './record-run.js';
import type { VerifyResult } from './results.js';
import type { OnRound } from './soak.js';
import { verifyRuns } from './verify-history.js';
import { measureAndJudge, requireMetrics } from './verify-measure.js';
import { type VerifyResultInit, verifyResult } from './verify-result.js';
import { verifySoak } from './verify-soak.js';

export interface VerifyOptions {
  root: string;
  network: string;
  /** What is wanted; by default everything. */
  metrics?: readonly string[];
  /** Targets that win over the table's. */
  targets?: OwnTargets | undefined;
  /** A soak: measures again and again for so long; what fails twice in a row fails. Seconds. */
  watchSeconds?: number | undefined;
  /** From round to round of a soak; by default a tenth of it, 60 s at most. Seconds. */
  everySeconds?: number | undefined;
  signal: AbortSignal;
  /** Told of the steps where it is no soak. */
  onProgress?: OnProgress;
  /** Asks the plugins to undo the feature that a failed gate points to. */
  autoRollback?: boolean;
  /** Told of each step of each round of a soak, and of each round. */
  onStep?: MeasureOptions['onStep'];
  onRound?: OnRound | undefined;
  hooks: HookRunner;
}

/**
 * Measures a network, holds it against its targets, and puts the run on record.
 *
 * @returns what a soak had measured when it was interrupted; anything else that is interrupted throws
 * @throws UsageError, EnvironmentError
 */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  const { root, network, signal, targets = {}, hooks, watchSeconds, autoRollback = false } = options;
  const metrics = requireMetrics(options.metrics ?? []);
  const handle = await openNetwork(root, network);
  // Before anything takes long it shows whether there is somebody to ask.
  await handle.client.network(signal, { nodes: false });
  const pastRuns = () => verifyRuns(root, network, handle.deployment.plan.workers);
  const before = pastRuns();
  const record = async (init: Omit<VerifyResultInit, 'past'>) => {
    const past = init.soak?.hour ? pastRuns() : before;
    const result = await verifyResult(handle, { ...init, past });
    await recordRun(handle.paths, { at: Date.now(), command: 'verify', network, result }, hooks);
    return result;
  };
  const measureWith = (onStep: MeasureOptions['onStep'], round: number) =>
    measureAndJudge(handle, { metrics, targets, signal, round, ...(onStep && { onStep }) });

  let result: VerifyResult;
  if (watchSeconds === undefined) {
    const progress = new ProgressList(options.onProgress);
    const judgement = await measureWith(stepsOn(progress), 0);
    progress.finish();
    result = await record({ judgement, rounds: 1, soak: null });
  } else {
    const { everySeconds, onStep, onRound } = options;
    const measure = (round: number) => measureWith(onStep, round);
    result = await verifySoak({ seconds: watchSeconds, everySeconds, signal, measure, record, onRound });
  }
  if (result.verdict !== 'fail' || result.soak?.isInterrupted) return result;
  return { ...result, answers: await hooks.run('gate_failed', { result, targets, autoRollback }) };
}

/** Steps are tasks, one after the other. */
function stepsOn(progress: ProgressList) {
  return (title: string): void => {
    progress.finish();
    progress.set(title, { title, state: 'running' });
  };
}

/** The verdict on the network as it is after what plugins did about it. */
export function finalVerdict({ verdict, answers }: VerifyResult): Verdict {
  return answers.length > 0 ? worst(answers.map((answer) => answer.verdict)) : verdict;
}
