import type { SettingScope } from '@cqkd/node/control';
import { runningUnits } from '../../drivers/running.js';
import { EnvironmentError, messageOf } from '../../errors.js';
import type { Plan } from '../../plan/plan.js';
import { type Deployment, writeDeployment } from '../../state/deployment.js';
import type { NetworkHandle } from '../network-handle.js';
import { unitsOf } from '../plan-units.js';
import type { ProgressList } from '../progress.js';
import { type Drift, driftsOf, meantBy } from './drift.js';
import { isLive, needsRestart } from './plan-settings.js';
import { roll } from './roll.js';

export interface MoveOptions {
  /** The caller holds the lock of the network. */
  handle: NetworkHandle;
  /** Also starts hosts that do not run and ends those that no plan has: a command was killed in the midst of it. */
  mend?: boolean;
  signal: AbortSignal;
  progress: ProgressList;
}

/** What was done to bring a network to its plan. */
export interface Moved {
  /** Settings that running nodes took. */
  live: string[];
  /** Whether hosts were gone through one after the other. */
  rolled: boolean;
  /** Hosts that could not be told now; they take it when they are back. */
  pending: { host: string; why: string }[];
}

/**
 * Notes that a network is meant to be something else, and what it was: from here on, whatever becomes of the command,
 * the same one again ends what it began, and the opposite one undoes it.
 *
 * @param change.trial whether it is only kept when it is proven to help
 */
export function meanPlan(handle: NetworkHandle, plan: Plan, change: { what: string; trial: boolean }): void {
  const { deployment } = handle;
  // A change that a killed command left is part of this one: what it began with is what to go back to.
  const before = deployment.change?.before ?? deployment.plan;
  save(handle, { ...deployment, state: 'changing', plan, change: { ...change, at: Date.now(), before } });
}

/** Notes that a network is what it is meant to be. */
export function settle(handle: NetworkHandle): void {
  const { change: _, ...deployment } = handle.deployment;
  save(handle, { ...deployment, state: 'up' });
}

/** Notes that what was there before is meant again. */
export function meanBefore(handle: NetworkHandle): void {
  const { deployment } = handle;
  const { change } = deployment;
  if (change) save(handle, { ...deployment, state: 'changing', plan: change.before });
}

/** Brings a network to its plan, whatever it is now. @throws EnvironmentError, or the signal's reason */
export async function moveToPlan({ handle, mend = false, signal, progress }: MoveOptions): Promise<Moved> {
  const { client, deployment } = handle;
  const { plan } = deployment;
  const meant = meantBy(plan);
  const drifts = driftsOf(await client.getSettings(signal), meant);
  const live = namesOf(drifts.filter(({ setting }) => isLive(setting)));
  const fixed = namesOf(drifts.filter(({ setting }) => !isLive(setting)));
  const rolled = fixed.length > 0 || (mend && !(await runsAsPlanned(handle)));
  const moved: Moved = { live, rolled, pending: [] };
  if (live.length > 0) {
    progress.set('live', { title: 'settings changed', total: live.length });
    moved.pending = await putLive(
      handle,
      Object.fromEntries(live.map((name) => [name, meant[name] ?? null])),
      {},
      signal,
    );
    progress.set('live', { done: live.length });
  }
  if (rolled) {
    progress.set('roll', { title: 'hosts changed', state: 'running' });
    const onHost = (done: number, total: number) => progress.set('roll', { done, total });
    await roll({ handle, plan, restart: fixed.some(needsRestart), signal, onHost });
  } else {
    await client.expect(plan.coordinator, signal);
  }
  return moved;
}

/** Changes settings that running nodes take, on the whole network or a part of it. @returns hosts that could not be told */
export async function putLive(
  { client }: NetworkHandle,
  settings: Record<string, string | null>,
  scope: SettingScope,
  signal: AbortSignal,
): Promise<Moved['pending']> {
  const { hosts } = await client.putSettings({ ...scope, settings }, signal);
  return Object.entries(hosts).flatMap(([host, why]) => (why === 'applied' ? [] : [{ host, why }]));
}

/**
 * Does something that changes a network; when it fails or is interrupted, what was there before is put back.
 *
 * @throws what it threw; EnvironmentError when it could not be put back
 */
export async function orPutBack<T>(options: Omit<MoveOptions, 'signal'>, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    options.progress.fail();
    await putBack(options, error);
    throw error;
  }
}

async function putBack(
  { handle, mend = false, progress }: Omit<MoveOptions, 'signal'>,
  error: unknown,
): Promise<void> {
  const { network } = handle.deployment.plan;
  meanBefore(handle);
  try {
    await moveToPlan({ handle, mend, progress, signal: new AbortController().signal });
  } catch (second) {
    throw new EnvironmentError(
      `Network ${network} could not be put back (${messageOf(second)}) after ${messageOf(error)}: cqkd flags -n ${network} shows what it is`,
    );
  }
  settle(handle);
}

async function runsAsPlanned({ driver, deployment }: NetworkHandle): Promise<boolean> {
  const running = await runningUnits(driver);
  return unitsOf(deployment.plan).every(({ name }) => running.delete(name)) && running.size === 0;
}

function namesOf(drifts: readonly Drift[]): string[] {
  return [...new Set(drifts.map(({ setting }) => setting))];
}

function save(handle: NetworkHandle, deployment: Deployment): void {
  writeDeployment(handle.paths, deployment);
  handle.deployment = deployment;
}
