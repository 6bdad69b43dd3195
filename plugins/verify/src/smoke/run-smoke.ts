import { messageOf, type OnProgress, ProgressList } from '@cqkd/harness';
import type { SmokeResult, SmokeStep } from './results.js';
import { type Outcome, type SmokeContext, type Step, steps, verdictOf } from './steps.js';

export interface SmokeOptions extends SmokeContext {
  /** Leaves the network as it is. */
  keep: boolean;
  onProgress: OnProgress;
}

/**
 * Brings a network up, breaks it, mends it, lets a gate fail and a rollback follow, and takes it down, whatever became
 * of it.
 *
 * @throws the signal's reason, when the network is down
 */
export async function runSmoke(options: SmokeOptions): Promise<SmokeResult> {
  const progress = new ProgressList(options.onProgress);
  const end: Step = {
    id: 'down',
    title: 'down',
    do: async ({ run }) => {
      await run('down');
      return { verdict: 'pass', said: 'nothing is left' };
    },
  };
  const done: SmokeStep[] = [];
  for (const step of steps) {
    const failed = done.some(({ verdict }) => verdict === 'fail');
    done.push(failed || options.signal.aborted ? leftOut(step) : await doStep(step, options, progress));
  }
  const isThere = done[0]?.verdict === 'pass';
  if (isThere && !options.keep) {
    done.push(await doStep(end, { ...options, signal: new AbortController().signal }, progress));
  }
  options.signal.throwIfAborted();
  return {
    network: options.network,
    driver: options.driver,
    workers: options.workers,
    steps: done,
    verdict: verdictOf(done),
    elapsedSeconds: performance.now() / 1000,
  };
}

async function doStep(step: Step, context: SmokeContext, progress: ProgressList): Promise<SmokeStep> {
  const startedAt = performance.now();
  progress.set(step.id, { title: step.title, state: 'running' });
  let outcome: Outcome;
  try {
    outcome = await step.do(context);
  } catch (error) {
    const told = error instanceof Error && error.cause ? error.cause : error;
    outcome = { verdict: 'fail', said: messageOf(told) };
  }
  progress.set(step.id, { state: outcome.verdict === 'fail' ? 'failed' : 'done' });
  const { id, title } = step;
  return { id, title, ...outcome, seconds: (performance.now() - startedAt) / 1000 };
}

function leftOut({ id, title }: Step): SmokeStep {
  return { id, title, verdict: null, said: 'left out', seconds: 0 };
}
