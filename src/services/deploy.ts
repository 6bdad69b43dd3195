import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { CoordinatorClient } from '../coordinator-client/coordinator-client.js';
import { driversOf } from '../drivers/all-networks.js';
import type { Driver, Unit } from '../drivers/driver.js';
import type { Infrastructure } from '../drivers/infrastructure.js';
import { openInfrastructure } from '../drivers/open-infrastructure.js';
import { EnvironmentError, UsageError } from '../errors.js';
import { createPlan } from '../plan/create-plan.js';
import type { Plan, PlanInput, TopologyChoice } from '../plan/plan.js';
import { mostNodesPerHost } from '../plan/tiers.js';
import { parseGivenSettings } from '../settings/given-settings.js';
import {
  type Deployment,
  deploymentVersion,
  readDeployment,
  writeDeployment,
  writeToken,
} from '../state/deployment.js';
import { makeFolder } from '../state/files.js';
import { lockNetwork } from '../state/lock.js';
import { networkExists, removeState } from '../state/networks.js';
import { type NetworkPaths, networkPaths, requireNetworkName } from '../state/paths.js';
import { awaitReady, expectProgress } from './await-ready.js';
import { endNetwork } from './end-network.js';
import type { HookRunner } from './hooks.js';
import { unitsOf } from './plan-units.js';
import { type OnProgress, ProgressList } from './progress.js';
import { recordRun } from './record-run.js';
import type { DeployResult } from './results.js';

export interface DeployOptions {
  root: string;
  network: string;
  workers: number;
  topology: TopologyChoice;
  driver: string;
  /** Folder of the user's own Compose templates. */
  templates?: string | undefined;
  /** The Node.js that hosts run on: a path. By default the one that this program runs on. */
  nodeBinary?: string | undefined;
  /** Settings by lower-case name, as text. */
  settings: Readonly<Record<string, string>>;
  density?: number | undefined;
  seed?: number | undefined;
  /** Takes an existing network of that name down first. */
  clean?: boolean;
  /** Only plans. */
  dryRun?: boolean;
  signal: AbortSignal;
  onProgress?: OnProgress;
  hooks: HookRunner;
}

/**
 * Brings a network up, or leaves nothing behind.
 *
 * @throws UsageError, EnvironmentError, or the signal's reason
 */
export async function deploy(options: DeployOptions): Promise<DeployResult> {
  const { root, network, templates, nodeBinary, signal } = options;
  const paths = networkPaths(root, requireNetworkName(network));
  checkInput(options);
  const infrastructure = await openInfrastructure(options.driver, { root, templates, nodeBinary });
  const input = await planInput(options, infrastructure);
  const driver = infrastructure.driver(paths);
  // Everything that is wrong with the input shows here, before anything is changed.
  const plan = createPlan({ ...input, ground: await infrastructure.preview(), coordinatorPort: 0 });
  if (options.dryRun) return resultOf(withNote(plan, infrastructure), driver, null, null);

  const lock = await lockNetwork(root, network, 'deploy');
  try {
    if (networkExists(paths) && !options.clean) throw exists(network);
    if (options.clean) {
      await endWhatIsThere(root, paths, signal);
    }
    signal.throwIfAborted();
    const progress = new ProgressList(options.onProgress);
    await prepare(infrastructure, progress, signal);
    const deployment = await claim(paths, infrastructure, input, options);
    return await bringUp({ paths, driver, deployment, progress }, options);
  } finally {
    lock.release();
  }
}

type SitelessInput = Omit<PlanInput, 'ground' | 'coordinatorPort'>;

/** @throws UsageError, SettingError */
function checkInput({ workers, density, settings }: DeployOptions): void {
  if (!Number.isSafeInteger(workers) || workers < 1) {
    throw new UsageError(`Workers take a whole number from 1 up, got ${workers}`);
  }
  if (
    density !== undefined &&
    (!Number.isSafeInteger(density) || density < 1 || density > mostNodesPerHost)
  ) {
    throw new UsageError(
      `Density takes a whole number of nodes from 1 to ${mostNodesPerHost}, got ${density}`,
    );
  }
  parseGivenSettings(settings);
}

async function planInput(options: DeployOptions, infrastructure: Infrastructure): Promise<SitelessInput> {
  const { network, workers, topology, settings, density, seed } = options;
  const machine = await infrastructure.machine();
  const fresh = randomBytes(4).readUInt32BE();
  return { network, workers, topology, settings, machine, seed: seed ?? fresh, ...(density && { density }) };
}

function exists(network: string): EnvironmentError {
  return new EnvironmentError(
    `Network ${network} exists already: deploy -c replaces it, cqkd down -n ${network} ends it`,
  );
}

/** The network of that name may be one of another driver. */
async function endWhatIsThere(root: string, paths: NetworkPaths, signal: AbortSignal): Promise<void> {
  for (const driver of await driversOf(root, paths, readDeployment(paths)))
    await endNetwork({ paths, driver, force: true, signal });
  await removeState(paths);
}

function withNote(plan: Plan, { note }: Infrastructure): Plan {
  return note === undefined ? plan : { ...plan, notes: [note, ...plan.notes] };
}

async function prepare(
  infrastructure: Infrastructure,
  progress: ProgressList,
  signal: AbortSignal,
): Promise<void> {
  let isShown = false;
  try {
    await infrastructure.prepare(signal, (title) => {
      isShown = true;
      progress.set('prepare', { title, state: 'running' });
    });
    if (isShown) progress.finish();
  } catch (error) {
    progress.fail();
    throw error;
  }
}

/** Takes a site and a folder for the network, one command at a time; nothing runs yet. */
async function claim(
  paths: NetworkPaths,
  infrastructure: Infrastructure,
  input: SitelessInput,
  { root, templates, signal }: DeployOptions,
): Promise<Deployment> {
  const lock = await lockNetwork(root, '.addresses', 'deploy', { waitMs: 10_000 });
  try {
    const site = await infrastructure.claim(input.network, signal);
    try {
      const { ground, coordinatorPort, coordinatorUrl } = site;
      const plan = withNote(createPlan({ ...input, ground, coordinatorPort }), infrastructure);
      await site.check(plan);
      const deployment: Deployment = {
        version: deploymentVersion,
        state: 'deploying',
        driver: infrastructure.name,
        ...(templates !== undefined && { templates: resolve(templates) }),
        ...(infrastructure.nodeBinary !== undefined && { nodeBinary: infrastructure.nodeBinary }),
        ...(infrastructure.image !== undefined && { image: infrastructure.image }),
        createdAt: Date.now(),
        coordinatorUrl,
        plan,
      };
      await makeFolder(paths.folder);
      writeDeployment(paths, deployment);
      return deployment;
    } catch (error) {
      await site.release();
      throw error;
    }
  } finally {
    lock.release();
  }
}

interface Claimed {
  paths: NetworkPaths;
  driver: Driver;
  deployment: Deployment;
  progress: ProgressList;
}

async function bringUp(
  { paths, driver, deployment, progress }: Claimed,
  { signal, hooks }: DeployOptions,
): Promise<DeployResult> {
  const { plan, coordinatorUrl: url } = deployment;
  try {
    const token = randomBytes(24).toString('base64url');
    writeToken(paths, token);
    const client = new CoordinatorClient({ url, token });
    const units: Unit[] = unitsOf(plan);
    expectProgress(progress, plan, units.length);
    const view = await awaitReady({ client, driver, progress, signal }, async () => {
      await driver.start(units, token);
      progress.set('hosts', { done: units.length });
    });
    writeDeployment(paths, { ...deployment, state: 'up' });
    const result = resultOf(plan, driver, view.bootstrapSeconds, url);
    await recordRun(paths, runOf(result), hooks);
    await hooks.run('network_deployed', result);
    return result;
  } catch (error) {
    progress.fail();
    await endNetwork({ paths, driver, force: true, signal: new AbortController().signal });
    await removeState(paths);
    throw error;
  }
}

function resultOf(
  plan: Plan,
  driver: Driver,
  bootstrapSeconds: number | null,
  url: string | null,
): DeployResult {
  return {
    network: plan.network,
    driver: driver.name,
    topology: plan.topology,
    workers: plan.workers,
    bootstraps: plan.bootstraps,
    hosts: plan.hosts.length,
    nodes: plan.nodes,
    bootstrapSeconds,
    elapsedSeconds: performance.now() / 1000,
    coordinator: url ? { url } : null,
    plan,
  };
}

function runOf(result: DeployResult) {
  const { plan: _, ...rest } = result;
  return { at: Date.now(), command: 'deploy', network: result.network, result: rest };
}
