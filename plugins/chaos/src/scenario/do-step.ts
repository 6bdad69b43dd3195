import { setTimeout as delay } from 'node:timers/promises';
import {
  type CommandContext,
  type CoordinatorClient,
  CoordinatorError,
  type ScaleOptions,
  type ScaleResult,
  type Verdict,
  worst,
} from '@cqkd/harness';
import type { ChosenFault } from '../experiment/experiment.js';
import type { ExperimentOptions, Meanwhile } from '../experiment/options.js';
import type { ChaosResult, Newcomer } from '../experiment/results.js';
import type { Bounds, Thresholds } from '../experiment/thresholds.js';
import type { HealOptions, HealResult } from '../heal.js';
import { isOpen } from '../partition/cut.js';
import {
  type Conditions,
  type Finding,
  findingsOf,
  joinOnce,
  type Look,
  lookupsIn,
  type Reach,
  valuesIn,
  workersOf,
} from './conditions.js';
import type { StepFinding } from './results.js';
import type { FaultStep, LoadStep, Step } from './scenario.js';

/** Between two looks at something that is waited for. */
const lookAgainMs = 500;

/** Longest that a step may take which is done while a fault is on: the fault must not lift itself meanwhile. Seconds. */
const patienceSeconds = { newcomer: 20, measurement: 60 };
/** After this a fault lifts itself, whatever else there was to do. Seconds. */
const mostExtraSeconds = 600;

/** What steps are done with. */
export interface StepContext extends Pick<CommandContext, 'root' | 'network' | 'hooks' | 'onProgress'> {
  client: CoordinatorClient;
  signal: AbortSignal;
  seed: number;
  thresholds: Thresholds;
  dryRun: boolean;
  anyway: boolean;
  /** While a fault is on: what it leaves of the network. */
  reach?: Reach | undefined;
  experiment: (fault: ChosenFault, options: ExperimentOptions) => Promise<ChaosResult>;
  /** For who holds the lock. */
  scale: (options: ScaleOptions) => Promise<ScaleResult>;
  heal: (options: HealOptions) => Promise<HealResult>;
  /** Does what is to be done while a fault is on. */
  meanwhile: (steps: readonly Step[], context: StepContext) => Promise<void>;
}

/** How a step ended. */
export interface Outcome {
  /** Null = nothing was done. */
  verdict: Verdict | null;
  result: StepFinding | null;
  reasons: string[];
}

const passed: Outcome = { verdict: 'pass', result: null, reasons: [] };

/** Does one step. @throws what the parts throw, or the signal's reason */
export async function doStep(step: Step, context: StepContext): Promise<Outcome> {
  if (step.verb === 'fault') return await breakIt(step, context);
  if (context.dryRun) return { ...passed, verdict: null };
  switch (step.verb) {
    case 'wait':
      await delay(step.seconds * 1000, undefined, { signal: context.signal });
      return passed;
    case 'check':
      return judged(await findingsOf(step.conditions, context));
    case 'until':
      return await waitUntil(step.conditions, step.withinSeconds, context);
    case 'load':
      return await load(step, context);
    case 'join':
      return await join(step.newcomers, context);
    case 'heal': {
      const result = await context.heal({ ...context, locked: true });
      const { failures } = result;
      return { verdict: failures.length > 0 ? 'fail' : 'pass', result, reasons: failures };
    }
    case 'scale': {
      const before = await context.client.network(context.signal, { nodes: false });
      if (step.atLeast && workersOf(before) >= step.workers) return passed;
      const { plan: _, ...result } = await context.scale({ ...context, workers: step.workers });
      return { ...passed, result };
    }
  }
}

/** The coordinator is on the first side of every fault. */
export function reachIn({ plan }: Pick<Meanwhile, 'plan'>): Reach {
  const own = plan.sides[0]?.nodes ?? [];
  const others = plan.sides.filter((_, index) => index > 0 && isOpen(plan, 0, index));
  return { own, open: [...own, ...others.flatMap(({ nodes }) => nodes)] };
}

async function breakIt(step: FaultStep, context: StepContext): Promise<Outcome> {
  const { kind, parameters, forSeconds, via, meanwhile } = step;
  const { root, network, hooks, onProgress, signal, seed, thresholds, dryRun } = context;
  const result = await context.experiment(
    { kind, parameters },
    {
      ...{ root, network, hooks, onProgress, signal, seed, thresholds, dryRun },
      forSeconds,
      anyway: step.anyway || context.anyway,
      ...(via && { via }),
      ...(meanwhile.length > 0 && {
        patienceSeconds: patienceWith(meanwhile),
        meanwhile: (on) =>
          context.meanwhile(meanwhile, { ...context, signal: on.signal, reach: reachIn(on) }),
      }),
      locked: true,
    },
  );
  return { verdict: result.verdict, result, reasons: result.reasons };
}

function patienceWith(meanwhile: readonly Step[]): number {
  const seconds = meanwhile.map((step) => {
    if (step.verb === 'wait') return step.seconds;
    return step.verb === 'join' ? step.newcomers * patienceSeconds.newcomer : patienceSeconds.measurement;
  });
  return Math.min(
    mostExtraSeconds,
    seconds.reduce((sum, each) => sum + each, 0),
  );
}

function judged(findings: Finding[]): Outcome {
  const broken = findings.filter(({ holds }) => !holds);
  return {
    verdict: broken.length === 0 ? 'pass' : 'fail',
    result: { findings },
    reasons: broken.map(({ what, wanted, found }) => `${what} ${rounded(found)}, and not ${wanted}`),
  };
}

async function waitUntil(conditions: Conditions, withinSeconds: number, look: Look): Promise<Outcome> {
  const endsAt = performance.now() + withinSeconds * 1000;
  for (;;) {
    const outcome = judged(await findingsOrNone(conditions, look));
    const { result, verdict } = outcome;
    const isTold = result !== null && 'findings' in result && result.findings.length > 0;
    if (isTold && verdict === 'pass') return outcome;
    if (performance.now() >= endsAt) {
      const reasons = isTold ? outcome.reasons : ['it could not be measured'];
      return { result, verdict: isTold ? 'fail' : 'unknown', reasons };
    }
    await delay(lookAgainMs, undefined, { signal: look.signal });
  }
}

/** While a network is not well, looking may fail as well. */
async function findingsOrNone(conditions: Conditions, look: Look): Promise<Finding[]> {
  try {
    return await findingsOf(conditions, look);
  } catch (error) {
    if (error instanceof CoordinatorError) return [];
    throw error;
  }
}

async function load({ kind, operations, concurrency }: LoadStep, context: StepContext): Promise<Outcome> {
  const { client, signal, seed, thresholds } = context;
  const request = { count: operations, concurrency, seed };
  if (kind === 'store') {
    const result = await client.store({ ...request, ...valuesIn(context.reach) }, signal);
    return { ...within('values', result.successPercent, thresholds.store), result };
  }
  const result = await client.lookup({ ...request, ...lookupsIn(context.reach) }, signal);
  return { ...within('recall', result.recall, thresholds.recall), result };
}

function within(what: string, value: number, [target, limit]: Bounds): Omit<Outcome, 'result'> {
  if (value >= target) return { verdict: 'pass', reasons: [] };
  const verdict = value >= limit ? 'warn' : 'fail';
  return { verdict, reasons: [`${what} ${rounded(value)}, and not ${verdict === 'warn' ? target : limit}`] };
}

async function join(count: number, context: StepContext): Promise<Outcome> {
  const newcomers: Newcomer[] = [];
  while (newcomers.length < count) newcomers.push(await joinOnce(context));
  const outside = newcomers.filter(({ joined }) => !joined).length;
  const reasons = outside === 0 ? [] : [`${outside} of ${count} newcomers did not find their way in`];
  return { verdict: worst(outside === 0 ? [] : ['fail']), result: { newcomers }, reasons };
}

function rounded(value: number | string): number | string {
  return typeof value === 'number' ? Number(value.toFixed(3)) : value;
}
