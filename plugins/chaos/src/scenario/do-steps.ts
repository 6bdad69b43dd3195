import { CqkdError, messageOf, type OnProgress, ProgressList, type Verdict, worst } from '@cqkd/harness';
import { doStep, type Outcome, type StepContext } from './do-step.js';
import type { StepResult } from './results.js';
import type { Step } from './scenario.js';
import { stepSeed } from './seed.js';

/** Where steps are done one after the other; `seed` is the scenario's. */
export type StepsContext = Omit<StepContext, 'meanwhile' | 'reach'> & {
  /** Goes on after a step that was no success. */
  keepGoing: boolean;
};

/**
 * Does steps in their order, until one is no success.
 *
 * A step that can't be done is unknown, never a pass; only when nothing at all was done before, it is an error.
 *
 * @throws what the first step throws, or the signal's reason
 */
export async function doSteps(steps: readonly Step[], context: StepsContext): Promise<StepResult[]> {
  const done: StepResult[] = [];
  for (const [index, step] of steps.entries()) {
    const number = index + 1;
    const result = await doNumbered(step, number, steps.length, context, done.length === 0);
    done.push(result);
    if (isSetback(result.verdict) && !context.keepGoing) break;
  }
  return done;
}

async function doNumbered(
  step: Step,
  number: number,
  total: number,
  context: StepsContext,
  isFirst: boolean,
): Promise<StepResult> {
  const seed = stepSeed(context.seed, number);
  const told = numbered(context.onProgress, number, total);
  const progress = step.verb === 'fault' || context.dryRun ? new ProgressList() : new ProgressList(told);
  const meanwhile: StepResult[] = [];
  const sinceMs = performance.now();
  progress.set('step', { title: step.title, state: 'running' });
  const own: StepContext = {
    ...context,
    seed,
    onProgress: told,
    meanwhile: async (inner, within) => {
      for (const [index, each] of inner.entries()) {
        meanwhile.push(
          await measured(each, index + 1, {
            ...within,
            seed: stepSeed(seed, index + 1),
            onProgress: () => {},
          }),
        );
      }
    },
  };
  const result = await measured(step, number, own, isFirst);
  if (isSetback(result.verdict)) progress.fail();
  else progress.finish();
  const verdicts = [result, ...meanwhile].flatMap(({ verdict }) => (verdict === null ? [] : [verdict]));
  const inner = meanwhile.flatMap(({ title, reasons }) => reasons.map((reason) => `${title}: ${reason}`));
  return {
    ...result,
    verdict: verdicts.length === 0 ? null : worst(verdicts),
    seconds: (performance.now() - sinceMs) / 1000,
    reasons: [...result.reasons, ...inner],
    meanwhile,
  };
}

/** @param mayThrow nothing was done before: then what can't be done is an error, not a verdict */
async function measured(
  step: Step,
  number: number,
  context: StepContext,
  mayThrow = false,
): Promise<StepResult> {
  const sinceMs = performance.now();
  let outcome: Outcome;
  try {
    outcome = await doStep(step, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (mayThrow || !(error instanceof CqkdError) || error.kind === 'bug') throw error;
    outcome = { verdict: 'unknown', result: null, reasons: [messageOf(error)] };
  }
  const { verb, title, line } = step;
  const seconds = (performance.now() - sinceMs) / 1000;
  return { step: number, verb, title, line, seconds, meanwhile: [], ...outcome };
}

function isSetback(verdict: Verdict | null): boolean {
  return verdict === 'fail' || verdict === 'unknown';
}

/** Progress of a step under its number: steps are shown one after the other. */
function numbered(onProgress: OnProgress, number: number, total: number): OnProgress {
  return (tasks) =>
    onProgress(
      tasks.map((task) => ({
        ...task,
        id: `${number} ${task.id}`,
        title: `${number}/${total} ${task.title}`,
      })),
    );
}
