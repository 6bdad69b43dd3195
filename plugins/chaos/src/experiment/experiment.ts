import { randomBytes } from 'node:crypto';
import {
  addToJournal,
  EnvironmentError,
  type HookRunner,
  lockNetwork,
  type NetworkHandle,
  type OnProgress,
  openNetwork,
  ProgressList,
  recordRun,
  removeFromJournal,
  UsageError,
} from '@cqkd/harness';
import type { FaultRequest } from '@cqkd/node/control';
import { type Cut, gateway, type Target } from '../partition/cut.js';
import { dropValues, keepValues } from './kept-values.js';
import { observe, prove, steadyStateOf } from './observe.js';
import { awaitRecovery } from './recovery.js';
import type { ChaosResult, During, Proof, Recovery, SteadyState } from './results.js';
import { recoveredRecall, verdictOf } from './thresholds.js';

/** Rules lift themselves so long after the time that was asked for: nothing stays broken when this program dies. Seconds. */
const marginSeconds = 10;
/** What shall last longer is done again. */
const mostSeconds = 3600;

export interface ExperimentOptions {
  root: string;
  network: string;
  signal: AbortSignal;
  onProgress?: OnProgress;
  hooks: HookRunner;
  seed: number;
  /** How long the fault lasts. Seconds. */
  forSeconds: number;
  /** Only says who would be hit. */
  dryRun: boolean;
  /** Goes on although the network is not in a steady state. */
  anyway: boolean;
}

/** A fault that the nodes' filter applies. */
export interface CutFault {
  /** What it is called on the command line. */
  kind: string;
  parameters: Record<string, string | number>;
  /** Pure: the same nodes and the same seed give the same. */
  plan: (nodes: readonly Target[], seed: number) => Cut;
}

/**
 * Steady state → journal → fault → proof → what each side does → healing → recovery → verdict.
 *
 * However it ends, the fault is lifted: here, or by its own time where this program is killed.
 *
 * @throws UsageError, EnvironmentError, or the signal's reason
 */
export async function experiment(fault: CutFault, options: ExperimentOptions): Promise<ChaosResult> {
  const { root, network, signal, seed } = options;
  if (options.forSeconds > mostSeconds)
    throw new UsageError(`--for takes 1h at most, got ${options.forSeconds} s`);
  const lock = await lockNetwork(root, network, `chaos ${fault.kind}`);
  try {
    const handle = await openNetwork(root, network);
    const cut = fault.plan(await targetsOf(handle, signal), seed);
    const bare = resultOf(fault, cut, options);
    if (options.dryRun) return { ...bare, elapsedSeconds: performance.now() / 1000 };
    const result = { ...bare, ...(await carryOut(handle, fault, cut, options)) };
    const done = { ...result, elapsedSeconds: performance.now() / 1000 };
    await recordRun(
      handle.paths,
      { at: Date.now(), command: `chaos ${fault.kind}`, network, result: done },
      options.hooks,
    );
    return done;
  } finally {
    lock.release();
  }
}

async function carryOut(
  handle: NetworkHandle,
  { kind }: CutFault,
  cut: Cut,
  { network, signal, seed, forSeconds, anyway, onProgress, hooks }: ExperimentOptions,
): Promise<Partial<ChaosResult>> {
  const { client, paths } = handle;
  const progress = new ProgressList(onProgress);
  const step = (id: string, title: string) => {
    progress.finish();
    progress.set(id, { title, state: 'running' });
  };
  const id = `${kind}-${randomBytes(4).toString('hex')}`;
  const told = { network, fault: kind, targets: countOf(cut) };
  let kept = new Map<string, string>();
  try {
    step('steady', 'steady state');
    const steadyState = await steadyStateOf(client, seed, signal);
    if (!anyway) requireSteady(network, steadyState);
    kept = await keepValues(client, signal);

    step('fault', `${kind} of ${told.targets} nodes`);
    addToJournal(paths, { id, what: kind, at: Date.now() });
    let proof: Proof;
    let during: During;
    try {
      await client.putFault(requestOf(id, cut, forSeconds), signal);
      const untilMs = performance.now() + forSeconds * 1000;
      await hooks.run('fault_injected', told);
      step('proof', 'proof that it is on');
      proof = await prove(client, cut, signal);
      step('during', 'what each side does');
      during = await observe(client, cut, { seed, untilMs, signal });
    } finally {
      step('heal', 'healing');
      await client.liftFaults(new AbortController().signal, id);
      removeFromJournal(paths, id);
      await hooks.run('fault_healed', told);
    }
    step('recovery', 'recovery');
    const recovery = await awaitRecovery(client, { kept, seed, signal });
    progress.finish();
    return {
      steadyState,
      proof,
      during,
      ...flat(recovery),
      verdict: verdictOf(proof.proven, during, recovery),
    };
  } catch (error) {
    progress.fail();
    throw error;
  } finally {
    await dropValues(client, kept);
  }
}

/** Everything that has joined. */
async function targetsOf({ client }: NetworkHandle, signal: AbortSignal): Promise<Target[]> {
  const { hosts } = await client.network(signal);
  return hosts.flatMap(({ tier, region, nodes }) =>
    nodes.filter(({ state }) => state === 'joined').map(({ name, id }) => ({ name, id, tier, region })),
  );
}

function requestOf(id: string, { sides, deaf }: Cut, forSeconds: number): FaultRequest {
  const groups = sides.map(({ nodes }, index) => (index === 0 ? [...nodes, gateway] : nodes));
  return { id, ttlSeconds: forSeconds + marginSeconds, groups, deaf };
}

function requireSteady(network: string, { state, recall, islands }: SteadyState): void {
  if (state === 'ready' && recall >= recoveredRecall && islands === 1) return;
  throw new EnvironmentError(
    `Network ${network} is not in a steady state (${state}, recall ${recall.toFixed(3)}, ${islands} islands): see cqkd status, or go on with --anyway`,
  );
}

function countOf({ sides }: Cut): number {
  return sides.reduce((sum, { nodes }) => sum + nodes.length, 0);
}

function flat({ seconds, ...rest }: Recovery) {
  return { recoverySeconds: seconds, ...rest };
}

/** What is known before anything is done. */
function resultOf(
  { kind, parameters }: CutFault,
  cut: Cut,
  { network, seed }: ExperimentOptions,
): ChaosResult {
  const unknown = { steadyState: null, proof: null, during: null, recoverySeconds: null, recall: null };
  return {
    network,
    fault: kind,
    parameters,
    seed,
    via: 'node',
    targets: countOf(cut),
    sides: cut.sides,
    deaf: cut.deaf,
    ...unknown,
    islands: null,
    orphans: null,
    lostKeys: null,
    verdict: null,
    elapsedSeconds: 0,
  };
}
