import {
  type CommandContext,
  isLive,
  meanBefore,
  meanPlan,
  meantBy,
  moveToPlan,
  type OwnTargets,
  orPutBack,
  type Plan,
  planWithSettings,
  putLive,
  recordRun,
  roll,
  settle,
  worst,
} from '@cqkd/harness';
import type { Phase } from '@cqkd/node/control';
import { type CanaryNode, canaryOrder, hostsFor, shareOf } from './canary/canary-nodes.js';
import { differing, figures, note } from './change.js';
import { converge } from './converge.js';
import { describePhases } from './phases/parse-phases.js';
import { stepGatesOf } from './phases/row-gates.js';
import { prove } from './prove.js';
import { phaseName, type RolloutResult, type RolloutStep } from './results.js';
import { type Session, withNetwork } from './session.js';

export interface RolloutOptions {
  phases: readonly Phase[];
  /** Shares of the nodes, growing, the last one 100. Percent. */
  canary: readonly number[];
  /** That the gates hold measurements against, where it is not the table. */
  targets?: OwnTargets | undefined;
  dryRun: boolean;
}

/** Switches phases on step by step, with a gate after each; when one fails, all that was changed is put back. */
export function rollout(context: CommandContext, options: RolloutOptions): Promise<RolloutResult> {
  const { phases, targets, dryRun } = options;
  const run = async (session: Session) => {
    const { handle, network, hooks, root } = session;
    const settings = Object.fromEntries(phases.map(({ flag }) => [flag, 'true']));
    const before = handle.deployment.plan;
    const after = await planWithSettings(root, handle, settings);
    const result = resultOf(before, options);
    if (dryRun) return result;
    const what = `rollout of ${describePhases(phases)}`;
    const entry = { what, why: 'asked for', settings: differing(before, after), before: null };
    let done: RolloutResult;
    try {
      done = { ...result, ...(await inSteps(session, { after, what, ...options })), isDone: true };
    } catch (error) {
      const outcome = handle.deployment.state === 'up' ? 'undone' : 'failed';
      note(session, { ...entry, after: null, verdict: null, outcome });
      throw error;
    }
    done.elapsedSeconds = performance.now() / 1000;
    const last = done.steps.at(-1)?.gate ?? null;
    note(session, { ...entry, ...figures(null, last), outcome: done.cameBack ? 'undone' : 'kept' });
    await recordRun(handle.paths, { at: Date.now(), command: 'rollout', network, result: done }, hooks);
    return done;
  };
  return withNetwork(context, 'rollout', run, targets);
}

interface Steps extends RolloutOptions {
  after: Plan;
  what: string;
}

type Outcome = Pick<RolloutResult, 'steps' | 'pending' | 'cameBack' | 'verdict'>;

async function inSteps(session: Session, { after, what, phases, canary }: Steps): Promise<Outcome> {
  const { handle, progress, signal, isUnfinished: mend } = session;
  const order = canaryOrder(handle.deployment.plan);
  const gates = stepGatesOf(phases);
  const steps: RolloutStep[] = [];
  meanPlan(handle, after, { what, trial: true });
  return orPutBack({ handle, mend, progress }, async () => {
    let pending: Outcome['pending'] = [];
    for (const percent of canary) {
      if (percent < 100) await reach(session, phases, order, percent);
      else pending = (await moveToPlan({ handle, mend, progress, signal })).pending;
      await converge(session);
      const gate = await prove(session, gates, `gate at ${percent} %`);
      steps.push({ percent, nodes: reached(phases, order, percent), gate });
      if (gate.verdict === 'fail') {
        meanBefore(handle);
        await moveToPlan({ handle, progress, signal: new AbortController().signal });
        settle(handle);
        return { steps, pending, cameBack: true, verdict: 'fail' };
      }
    }
    settle(handle);
    return { steps, pending, cameBack: false, verdict: worst(steps.map(({ gate }) => gate.verdict)) };
  });
}

/** Gives a share of the nodes what the whole network is to have; whole hosts where running nodes can't take it. */
async function reach(
  session: Session,
  phases: readonly Phase[],
  order: readonly CanaryNode[],
  percent: number,
): Promise<void> {
  const { handle, progress, signal } = session;
  const live = phases.filter(({ flag }) => isLive(flag)).map(({ flag }) => [flag, 'true'] as const);
  const nodes = reached(phases, order, percent);
  if (live.length > 0) await putLive(handle, Object.fromEntries(live), { nodes }, signal);
  if (live.length === phases.length) return;
  const hosts = hostsFor(order, percent);
  progress.set('roll', { title: 'hosts changed', state: 'running' });
  const onHost = (done: number, total: number) => progress.set('roll', { done, total });
  await roll({ handle, plan: handle.deployment.plan, restart: false, only: hosts, signal, onHost });
}

/** Names of the nodes that a share reaches: all of a host where one of the phases changes whole hosts. */
function reached(phases: readonly Phase[], order: readonly CanaryNode[], percent: number): string[] {
  const isAllLive = phases.every(({ flag }) => isLive(flag));
  const hosts = hostsFor(order, percent);
  const nodes = isAllLive ? shareOf(order, percent) : order.filter(({ host }) => hosts.includes(host));
  return nodes.map(({ name }) => name);
}

/** Before it is done. */
function resultOf(plan: Plan, { phases }: RolloutOptions): RolloutResult {
  const meant = meantBy(plan);
  return {
    network: plan.network,
    workers: plan.workers,
    phases: phases.map(phaseName),
    changed: phases.filter(({ flag }) => meant[flag] === 'false').map(({ flag }) => flag.toUpperCase()),
    how: phases.every(({ flag }) => isLive(flag)) ? 'live' : 'rolling',
    isDone: false,
    steps: [],
    pending: [],
    cameBack: false,
    verdict: null,
    elapsedSeconds: performance.now() / 1000,
  };
}
