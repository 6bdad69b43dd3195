import { type HostSpec, nodesOf } from '@cqkd/node/control';
import { requireFreePorts } from '../drivers/process/ports.js';
import { runningUnits } from '../drivers/running.js';
import { EnvironmentError, messageOf, UsageError } from '../errors.js';
import { planChange } from '../plan/diff.js';
import { fixedNodes } from '../plan/fixed-nodes.js';
import type { Plan, Topology } from '../plan/plan.js';
import { readToken, writeDeployment } from '../state/deployment.js';
import { lockNetwork } from '../state/lock.js';
import { awaitReady, expectProgress } from './await-ready.js';
import type { HookRunner } from './hooks.js';
import { type NetworkHandle, openNetwork } from './network-handle.js';
import { coordinatorUnit, unitOf } from './plan-units.js';
import { type OnProgress, ProgressList } from './progress.js';
import { recordRun } from './record-run.js';
import { replan } from './replan.js';
import { runtimeOf } from './runtime.js';

/** For a host that is no longer needed to end by itself. */
const graceMs = 5000;

export interface ScaleOptions {
  root: string;
  network: string;
  workers: number;
  signal: AbortSignal;
  onProgress?: OnProgress;
  hooks: HookRunner;
}

/** The `--json` of scale. */
export interface ScaleResult {
  network: string;
  driver: string;
  topology: Topology;
  workers: number;
  previousWorkers: number;
  bootstraps: number;
  hosts: number;
  nodes: number;
  /** Names of hosts. */
  started: string[];
  stopped: string[];
  elapsedSeconds: number;
  plan: Plan;
}

/** What a scaling does, worked out before it begins. */
interface Step {
  handle: NetworkHandle;
  before: Plan;
  after: Plan;
  added: HostSpec[];
  changed: HostSpec[];
  /** Names of hosts, in the order in which they end. */
  removed: string[];
}

/**
 * Makes a running network larger or smaller, tiers and all; on an error it is put back as it was.
 *
 * @throws UsageError, EnvironmentError, or the signal's reason
 */
export async function scale(options: ScaleOptions): Promise<ScaleResult> {
  const { root, network, workers } = options;
  requireWorkers(workers);
  await openNetwork(root, network);
  const lock = await lockNetwork(root, network, 'scale');
  try {
    return await scaleLocked(options);
  } finally {
    lock.release();
  }
}

/** The same for who holds the lock of the network already. */
export async function scaleLocked(options: ScaleOptions): Promise<ScaleResult> {
  const { root, network, workers, signal, hooks } = options;
  requireWorkers(workers);
  const progress = new ProgressList(options.onProgress);
  const handle = await openNetwork(root, network);
  const { version } = await runtimeOf(root, handle);
  const step = await prepare(root, handle, workers, signal);
  // Hosts that stay run on what they were started on.
  if (step.added.length === 0) step.after.node.version = step.before.node.version;
  else if (version !== step.before.node.version) {
    const title = `new hosts start on Node.js ${version}: ${step.before.node.version} is not there any more`;
    progress.set('node', { title, state: 'done' });
  }
  const { deployment, paths, driver } = handle;
  writeDeployment(paths, { ...deployment, state: 'scaling' });
  try {
    await grow(step, progress, signal);
    writeDeployment(paths, { ...deployment, state: 'scaling', plan: step.after });
  } catch (error) {
    progress.fail();
    await putBack(step);
    writeDeployment(paths, deployment);
    throw error;
  }
  // The new plan holds from here on: what it does not have ends, whatever is asked meanwhile.
  await shrink(step, progress, new AbortController().signal);
  writeDeployment(paths, { ...deployment, state: 'up', plan: step.after });
  const result = resultOf(step, driver.name);
  const { plan: _, ...rest } = result;
  await recordRun(paths, { at: Date.now(), command: 'scale', network, result: rest }, hooks);
  return result;
}

function requireWorkers(workers: number): void {
  if (Number.isSafeInteger(workers) && workers >= 1) return;
  throw new UsageError(`Workers take a whole number from 1 up, got ${workers}`);
}

async function prepare(
  root: string,
  handle: NetworkHandle,
  workers: number,
  signal: AbortSignal,
): Promise<Step> {
  const { driver, client, deployment } = handle;
  const before = deployment.plan;
  await client.network(signal, { nodes: false });
  const after = await replan(root, handle, { workers });
  const running = await runningUnits(driver);
  const change = planChange(before, after);
  const added = after.hosts.filter((host) => !running.has(host.name));
  const inPlace = change.removed.flatMap((host) => nodesOf(host).map((node) => node.name));
  const fresh = fixedNodes({ ...after, hosts: added }).filter((node) => !inPlace.includes(node.name));
  if (after.ground.kind === 'loopback') await requireFreePorts(fresh);
  // After a command that was killed nobody knows which spec a host has, and what was started besides.
  const unsure = deployment.state !== 'up';
  const differs = new Set(change.changed.map((host) => host.name));
  const changed = after.hosts.filter(({ name }) => running.has(name) && (unsure || differs.has(name)));
  const kept = new Set(after.hosts.map((host) => host.name));
  const planned = change.removed.map((host) => host.name).filter((name) => running.has(name));
  const others = [...running].filter(
    (name) => name !== coordinatorUnit && !kept.has(name) && !planned.includes(name),
  );
  return { handle, before, after, added, changed, removed: [...others, ...planned] };
}

/** Starts what is new and changes what stays; hosts whose nodes move elsewhere end first. */
async function grow(step: Step, progress: ProgressList, signal: AbortSignal): Promise<void> {
  const { handle, before, after, added, changed, removed } = step;
  const { client, driver, paths } = handle;
  const stays = new Set(after.hosts.flatMap((host) => nodesOf(host).map((node) => node.name)));
  const moving = before.hosts.filter((host) => nodesOf(host).some((node) => stays.has(node.name)));
  const ending = moving.map((host) => host.name).filter((name) => removed.includes(name));
  await end(handle, ending, signal);
  expectProgress(progress, after, added.length);
  await awaitReady({ client, driver, progress, signal }, async () => {
    await client.expect(after.coordinator, signal);
    await driver.start(
      added.map((host) => unitOf(host, after)),
      readToken(paths),
    );
    if (added.length > 0) progress.set('hosts', { done: added.length });
    for (const host of changed) await client.changeHost(host, signal);
  });
}

/** Ends what is no longer needed. */
async function shrink({ handle, removed }: Step, progress: ProgressList, signal: AbortSignal): Promise<void> {
  if (removed.length === 0) return;
  progress.set('removed', { title: 'hosts ended', total: removed.length });
  await end(handle, removed, signal);
  progress.set('removed', { done: removed.length });
}

async function end({ client, driver }: NetworkHandle, names: readonly string[], signal: AbortSignal) {
  if (names.length === 0) return;
  await client.shutdown({ hosts: names }, signal).catch(() => signal.throwIfAborted());
  await driver.stop(names, { graceMs, signal });
  for (const name of names) await client.forgetHost(name, signal).catch(() => signal.throwIfAborted());
}

/** Ends what was started and gives back the old specs, as far as that goes. */
async function putBack({ handle, before, added, changed, removed }: Step): Promise<void> {
  const { client, driver, paths } = handle;
  const { signal } = new AbortController();
  const old = new Map(before.hosts.map((host) => [host.name, host]));
  const fresh = added.filter((host) => !old.has(host.name));
  try {
    await driver.kill(fresh.map((host) => host.name));
    await client.expect(before.coordinator, signal);
    for (const { name } of fresh) await client.forgetHost(name, signal);
    for (const { name } of changed) {
      const host = old.get(name);
      if (host) await client.changeHost(host, signal);
    }
    const running = await runningUnits(driver);
    const ended = before.hosts.filter(({ name }) => removed.includes(name) && !running.has(name));
    await driver.start(
      ended.map((host) => unitOf(host, before)),
      readToken(paths),
    );
  } catch (error) {
    throw new EnvironmentError(
      `Network ${before.network} could not be put back as it was (${messageOf(error)}): cqkd down -n ${before.network}`,
    );
  }
}

function resultOf({ before, after, added, removed }: Step, driver: string): ScaleResult {
  return {
    network: after.network,
    driver,
    topology: after.topology,
    workers: after.workers,
    previousWorkers: before.workers,
    bootstraps: after.bootstraps,
    hosts: after.hosts.length,
    nodes: after.nodes,
    started: added.map((host) => host.name),
    stopped: removed,
    elapsedSeconds: performance.now() / 1000,
    plan: after,
  };
}
