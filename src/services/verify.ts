import { UsageError } from '../errors.js';
import { type JudgedMetric, type Judgement, judge, worst } from '../gate/gate.js';
import { type MetricId, metricIds } from '../gate/metrics.js';
import { measure } from '../measure/measure.js';
import { nearest } from '../settings/nearest.js';
import type { HookRunner } from './hooks.js';
import { openNetwork } from './network-handle.js';
import { type OnProgress, ProgressList } from './progress.js';
import { recordRun } from './record-run.js';
import type { VerifyResult } from './results.js';
import { coordinatorMemory, subjectOf } from './subject.js';

export interface VerifyOptions {
  root: string;
  network: string;
  /** What is wanted; by default everything. */
  metrics?: readonly string[];
  /** Measures again and again for so long; the worst counts. Seconds. */
  watchSeconds?: number | undefined;
  signal: AbortSignal;
  onProgress?: OnProgress;
  /** Told of the verdict of each round of a watch. */
  onRound?: (judgement: Judgement, round: number) => void;
  hooks: HookRunner;
}

/** Measures a network and holds it against its targets. @throws UsageError, EnvironmentError */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  const { root, network, signal, watchSeconds = 0, onRound, hooks } = options;
  const metrics = requireMetrics(options.metrics ?? []);
  const handle = await openNetwork(root, network);
  const { workers } = handle.deployment.plan;
  const subject = subjectOf(handle);
  await subject.view(signal);
  const endsAt = performance.now() + watchSeconds * 1000;
  const rounds: Judgement[] = [];
  do {
    const progress = new ProgressList(options.onProgress);
    const measured = await measure(subject, { metrics, signal, onStep: stepsOn(progress, rounds.length) });
    progress.finish();
    const judgement = judge(measured, workers);
    rounds.push(judgement);
    if (watchSeconds > 0) onRound?.(judgement, rounds.length);
  } while (performance.now() < endsAt);
  const result: VerifyResult = {
    network,
    workers,
    ...worstOf(rounds),
    rounds: rounds.length,
    coordinatorMemoryBytes: await coordinatorMemory(handle.driver),
    elapsedSeconds: performance.now() / 1000,
  };
  await recordRun(handle.paths, { at: Date.now(), command: 'verify', network, result }, hooks);
  if (result.verdict === 'fail') await hooks.run('gate_failed', result);
  return result;
}

function requireMetrics(names: readonly string[]): readonly MetricId[] {
  for (const name of names) {
    if ((metricIds as readonly string[]).includes(name)) continue;
    throw new UsageError(`There is no metric ${name}; the nearest is ${nearest(name, metricIds)}`);
  }
  return names.length > 0 ? metricIds.filter((id) => names.includes(id)) : metricIds;
}

/** Of each metric the round in which it did worst. */
function worstOf(rounds: readonly Judgement[]): Judgement {
  const last = rounds.at(-1) as Judgement;
  const metrics = last.metrics.map((metric, index) => {
    const all = rounds.map((round) => round.metrics[index] as JudgedMetric);
    const status = worst(all.map((each) => each.status));
    return all.find((each) => each.status === status) ?? metric;
  });
  return { column: last.column, verdict: worst(rounds.map((round) => round.verdict)), metrics };
}

/** Steps of each round are tasks of their own. */
function stepsOn(progress: ProgressList, round: number) {
  return (title: string, number: number): void => {
    progress.finish();
    progress.set(`${round}.${number}`, { title, state: 'running' });
  };
}
