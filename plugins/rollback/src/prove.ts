import { type Judgement, type MetricId, measureAndJudge } from '@cqkd/harness';
import type { Session } from './session.js';

/** Measures some metrics of a network at its size, and holds them against their targets. */
export async function prove(
  { handle, progress, targets, signal }: Session,
  metrics: readonly MetricId[],
  title: string,
): Promise<Judgement> {
  const id = `prove ${title} ${performance.now()}`;
  progress.set(id, { title, state: 'running' });
  const onStep = (_step: string, number: number, total: number) =>
    progress.set(id, { done: number - 1, total, state: 'running' });
  const judgement = await measureAndJudge(handle, { metrics, targets, signal, onStep });
  progress.set(id, { state: 'done', done: 1, total: 1 });
  return judgement;
}
