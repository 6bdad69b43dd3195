import {
  type CommandContext,
  type GateFailure,
  type Judgement,
  type MetricId,
  meanBefore,
  meantBy,
  moveToPlan,
  planWithSettings,
  recordRun,
  settle,
  worst,
} from '@cqkd/harness';
import type { Phase } from '@cqkd/node/control';
import { readAudit } from '../audit.js';
import { carryOut, differing, figures, note } from '../change.js';
import { describePhase } from '../phases/parse-phases.js';
import { rowGatesOf } from '../phases/row-gates.js';
import { prove } from '../prove.js';
import { type AutoRollbackResult, phaseName, type Trial } from '../results.js';
import { type Session, withNetwork } from '../session.js';
import { candidatesFor, failedGate } from './candidates.js';

/**
 * Undoes the phase that a failed gate points to, and proves that it helped; one that does not help is brought back, and
 * the next one tried. A gate counts as failed when it fails twice in a row.
 */
export function autoRollback(
  context: CommandContext,
  { result: verified, targets }: GateFailure,
): Promise<AutoRollbackResult> {
  const run = async (session: Session) => {
    const { handle, network, hooks } = session;
    await endTrial(session);
    const result = await react(session, failedOf(verified));
    await recordRun(handle.paths, { at: Date.now(), command: 'auto-rollback', network, result }, hooks);
    return result;
  };
  return withNetwork(context, 'automatic rollback', run, targets);
}

/** A trial that was killed proved nothing. */
async function endTrial({ handle, isUnfinished, progress, signal }: Session): Promise<void> {
  if (!isUnfinished) return;
  if (handle.deployment.change?.trial) meanBefore(handle);
  await moveToPlan({ handle, mend: true, progress, signal });
  settle(handle);
}

function failedOf({ metrics }: Pick<Judgement, 'metrics'>): MetricId[] {
  return metrics.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

async function react(session: Session, failed: MetricId[]): Promise<AutoRollbackResult> {
  const { handle, network, root } = session;
  const meant = meantBy(handle.deployment.plan);
  const result: AutoRollbackResult = {
    network,
    failed,
    confirmed: [],
    trials: [],
    rolledBack: null,
    why: null,
    verdict: 'fail',
  };
  if (meant.enable_fallback_mode === 'false')
    return { ...result, why: 'ENABLE_FALLBACK_MODE=false: no automatic rollback on this network' };

  const isOn = ({ flag }: Phase) => meant[flag] === 'true';
  const history = readAudit(root, network);
  const { createdAt: since } = handle.deployment;
  const rows = rowGatesOf(candidatesFor(failed, isOn, history, { since }).phases);
  const again = await prove(session, [...new Set([...failed, ...rows])], 'measured again');
  const confirmed = failedOf(again).filter((id) => failed.includes(id));
  if (confirmed.length === 0) {
    const judged = again.metrics.filter(({ id }) => failed.includes(id));
    const verdict = worst(judged.map(({ status }) => status));
    const why = verdict === 'unknown' ? 'it could not be measured again' : 'it did not fail again';
    return { ...result, why: `${why}, and once does not count: nothing was changed`, verdict };
  }

  result.confirmed = confirmed;
  const { phases, resting } = candidatesFor(confirmed, isOn, history, { since });
  for (const phase of phases) {
    const trial = await tryWithout(session, { phase, confirmed, before: again });
    result.trials.push(trial);
    if (!trial.helped) continue;
    return { ...result, rolledBack: trial.phase, verdict: trial.after.verdict };
  }
  return { ...result, why: whyNot(phases, resting) };
}

function whyNot(tried: readonly Phase[], resting: readonly Phase[]): string {
  const names = (list: readonly Phase[]) => list.map(describePhase).join(', ');
  const rests = resting.length > 0 ? `; tried a short while ago: ${names(resting)}` : '';
  if (tried.length > 0) return `nothing helped, all is back as it was${rests}`;
  return `no phase that is on could be the cause${rests}`;
}

interface TrialInit {
  phase: Phase;
  confirmed: readonly MetricId[];
  /** With the phase. */
  before: Judgement;
}

/** Switches a phase off; it stays off when what had failed fails no longer, and the phase's own row does not either. */
async function tryWithout(session: Session, { phase, confirmed, ...init }: TrialInit): Promise<Trial> {
  const { handle, root, progress } = session;
  const gates = [...new Set([...confirmed, ...rowGatesOf([phase])])];
  const metrics = init.before.metrics.filter(({ id }) => gates.includes(id));
  const before = { ...init.before, metrics, verdict: worst(metrics.map(({ status }) => status)) };
  const what = `automatic rollback of ${describePhase(phase)}`;
  const plan = await planWithSettings(root, handle, { [phase.flag]: 'false' });
  const entry = {
    what,
    why: `${failedGate}${confirmed.join(', ')}`,
    settings: differing(handle.deployment.plan, plan),
  };
  const title = `without phase ${phase.number}`;
  let after: Judgement;
  try {
    after = await carryOut(session, { plan, what, trial: true }, () => proveTwice(session, gates, title));
  } catch (error) {
    const outcome = handle.deployment.state === 'up' ? 'undone' : 'failed';
    note(session, { ...entry, ...figures(before, null), outcome });
    throw error;
  }
  const helped = after.verdict !== 'fail' && after.verdict !== 'unknown';
  if (!helped) {
    meanBefore(handle);
    await moveToPlan({ handle, progress, signal: new AbortController().signal });
  }
  settle(handle);
  note(session, { ...entry, ...figures(before, after), outcome: helped ? 'kept' : 'undone' });
  return { phase: phaseName(phase), before, after, helped };
}

/** What was under way when the flag fell may still show in a first measurement. */
async function proveTwice(session: Session, gates: readonly MetricId[], title: string): Promise<Judgement> {
  const first = await prove(session, gates, title);
  return first.verdict === 'fail' ? prove(session, gates, `${title}, again`) : first;
}
