import {
  addToJournal,
  EnvironmentError,
  isEnding,
  markInJournal,
  messageOf,
  type NetworkHandle,
  ProgressList,
  readToken,
  removeFromJournal,
  runningUnits,
  scaleLocked,
  unitsOf,
} from '@cqkd/harness';
import type { Action, Via } from '../actions/action.js';
import { type Deeds, healAll } from '../actions/deeds.js';
import type { FaultPlan } from '../faults/fault-plan.js';
import type { Picture } from '../picture.js';
import { liveTitle } from '../report/live-title.js';
import { viaOf } from './bare-result.js';
import { casualtiesOf } from './casualties.js';
import { inject } from './inject.js';
import { KeptValues } from './kept-values.js';
import { type ExperimentOptions, marginSeconds } from './options.js';
import { awaitRecovery } from './recovery.js';
import type { ChaosResult, Recovery } from './results.js';
import { requireSteady, steadyStateOf } from './steady-state.js';
import { TimelineRecorder } from './timeline.js';
import { type Seen, type UnderFault, watchFault } from './under-fault.js';
import { verdictOf } from './verdict.js';

export interface Undertaking {
  id: string;
  kind: string;
  picture: Picture;
  plan: FaultPlan;
  handle: NetworkHandle;
  options: ExperimentOptions;
}

type Found = Partial<ChaosResult> & { notes: string[] };

/** Carries out an experiment that is planned. */
export async function carryOut(undertaking: Undertaking): Promise<Found> {
  const { picture, plan, handle, options } = undertaking;
  const { network, signal, seed, anyway, thresholds } = options;
  const { client } = handle;
  const progress = new ProgressList(options.onProgress);
  const timeline = new TimelineRecorder((phase, samples) => {
    if (phase !== 'steady') progress.set(phase, { title: liveTitle(phase, samples) });
  });
  const onStep = (id: string, title: string) => {
    progress.finish();
    progress.set(id, { title, state: 'running' });
  };
  const kept = new KeptValues(client);
  try {
    onStep('steady', 'steady state');
    const steadyState = await steadyStateOf(client, { seed, anyway, signal });
    if (!anyway) requireSteady(network, steadyState);
    timeline.sample('steady', null, { recall: steadyState.recall, storePercent: null });
    await kept.writeBefore(signal);
    const { seen, via, notes, failures, healedAtMs } = await breakAndMend(undertaking, {
      kept,
      timeline,
      onStep,
    });
    onStep('recovery', 'recovery');
    const recovery = await awaitRecovery(client, {
      picture,
      ...casualtiesOf(plan, picture),
      readers: readersOf(plan),
      hostsRunning: () => runningUnits(handle.driver),
      healedAtMs,
      kept,
      limitSeconds: thresholds.recovery[1],
      seed,
      timeline,
      signal,
    });
    progress.finish();
    return {
      steadyState,
      proof: seen.proof,
      during: seen.during,
      ...flat(recovery),
      ...verdictOf({ ...seen, recovery, thresholds, failures }),
      timeline: timeline.timeline,
      via,
      notes,
    };
  } catch (error) {
    progress.fail();
    throw error;
  } finally {
    await kept.drop();
  }
}

type Watch = Pick<UnderFault, 'kept' | 'timeline' | 'onStep'>;

interface Mended {
  seen: Seen;
  via: Via[];
  notes: string[];
  /** Why some of it was not undone. */
  failures: string[];
  /** On the monotonic clock. */
  healedAtMs: number;
}

/** Puts the fault on, watches it, and lifts it, whatever happens in between. */
async function breakAndMend(undertaking: Undertaking, watch: Watch): Promise<Mended> {
  const { id, kind, plan, handle, options } = undertaking;
  const { network, hooks } = options;
  const { paths } = handle;
  const { timeline } = watch;
  const onStep: Watch['onStep'] = (step, title) => {
    if (step === 'during') markInJournal(paths, id, 'observing');
    watch.onStep(step, title);
  };
  const told = { network, fault: kind, targets: plan.victims.nodes.length };
  let deeds = deedsOf(undertaking, plan.actions);
  let notes: string[] = [];
  const journal = ({ actions }: Deeds) => {
    removeFromJournal(paths, id);
    addToJournal(paths, { id, what: kind, at: Date.now(), stage: 'injecting', undo: actions });
  };
  let seen: Seen;
  try {
    onStep('fault', `${kind} of ${told.targets} nodes`);
    ({ deeds, notes } = await inject(deeds, { insistsOnKernel: options.via === 'kernel', journal }));
    timeline.injected();
    markInJournal(paths, id, 'on');
    await hooks.run('fault_injected', told);
    seen = await watchFault({
      plan: { ...plan, actions: [...deeds.actions] },
      deeds,
      options,
      ...watch,
      onStep,
    });
  } catch (error) {
    const failures = await mend(undertaking, deeds, watch);
    const [first] = failures;
    if (first === undefined) throw error;
    throw new EnvironmentError(
      `${messageOf(error)}; and not all was undone (${first}): cqkd chaos heal -n ${network}`,
    );
  }
  const failures = await mend(undertaking, deeds, watch);
  const healedAtMs = performance.now();
  await hooks.run('fault_healed', told);
  return { seen, via: viaOf(deeds.actions), notes, failures, healedAtMs };
}

/** Undoes a fault; nothing that goes wrong with the journal keeps it from that. @returns why some of it was not undone */
async function mend({ id, handle, options }: Undertaking, deeds: Deeds, watch: Watch): Promise<string[]> {
  const { paths } = handle;
  watch.onStep('heal', 'healing');
  // A network that was taken down meanwhile must not be started again.
  if (isEnding(paths)) return [];
  const noted = (work: () => void): string[] => {
    try {
      work();
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  };
  noted(() => markInJournal(paths, id, 'healing'));
  const patient = { ...deeds.patient, signal: new AbortController().signal };
  // Who breaks it off wants everything back.
  const revive = options.signal.aborted;
  const failures = await healAll({ ...deeds, patient }, { revive });
  watch.timeline.healed();
  if (failures.length > 0) return failures;
  const stays = !revive && deeds.actions.some(isKept);
  return noted(() => (stays ? markInJournal(paths, id, 'kept') : removeFromJournal(paths, id)));
}

function deedsOf({ id, handle, options }: Undertaking, actions: readonly Action[]): Deeds {
  const { client, driver, deployment, paths } = handle;
  const { root, network, signal, hooks, forSeconds, patienceSeconds = 0 } = options;
  const margin = marginSeconds(deployment.plan.workers);
  const ttlSeconds = options.ttlSeconds ?? forSeconds + margin + patienceSeconds;
  return {
    id,
    actions,
    patient: {
      client,
      driver,
      units: unitsOf(deployment.plan),
      token: readToken(paths),
      ttlSeconds,
      signal,
      scale: async (workers, scaleSignal) => {
        await scaleLocked({ root, network, workers, hooks, signal: scaleSignal });
      },
    },
  };
}

function isKept(action: Action): boolean {
  if (action.by === 'crash') return action.keep;
  return action.by === 'node' && (action.request.down ?? []).some(({ keep }) => keep);
}

/** One node of each side, by which values are read in the end. */
function readersOf({ sides }: FaultPlan): string[] {
  return sides.filter(({ mute }) => !mute).flatMap(({ nodes }) => nodes.slice(-1));
}

function flat({ seconds, ...rest }: Recovery) {
  return { recoverySeconds: seconds, ...rest };
}
