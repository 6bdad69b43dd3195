import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { requireWritable, writeFiles } from '../compose/folder.js';
import { renderCompose, renderVariables } from '../compose/render.js';
import { Templates } from '../compose/templates.js';
import { imageReference } from '../drivers/docker/image/reference.js';
import type { Infrastructure, Site } from '../drivers/infrastructure.js';
import { openInfrastructure } from '../drivers/open-infrastructure.js';
import { BugError, EnvironmentError } from '../errors.js';
import { createPlan } from '../plan/create-plan.js';
import type { Plan, PlanInput, TopologyChoice } from '../plan/plan.js';
import { deploymentVersion, writeDeployment, writeToken } from '../state/deployment.js';
import { makeFolder } from '../state/files.js';
import { lockNetwork } from '../state/lock.js';
import { networkExists, removeState } from '../state/networks.js';
import { networkPaths, requireNetworkName } from '../state/paths.js';
import type { HookRunner } from './hooks.js';
import { unitsOf } from './plan-units.js';
import { type OnProgress, ProgressList } from './progress.js';
import { recordRun } from './record-run.js';

export interface ComposeOptions {
  root: string;
  network: string;
  workers: number;
  topology: TopologyChoice;
  /** Settings by lower-case name, as text. */
  settings: Readonly<Record<string, string>>;
  density?: number | undefined;
  seed?: number | undefined;
  /** Where the files are written. */
  folder: string;
  /** The user's own templates; those that it lacks are the shipped ones. */
  templates?: string | undefined;
  /** Writes over files that are not ours. */
  force?: boolean;
  /** What the network will run on; by default the engine that is at hand. */
  infrastructure?: Infrastructure;
  signal: AbortSignal;
  onProgress?: OnProgress;
  hooks: HookRunner;
}

/** The `--json` of compose. */
export interface ComposeResult {
  network: string;
  folder: string;
  files: string[];
  topology: Plan['topology'];
  workers: number;
  bootstraps: number;
  hosts: number;
  nodes: number;
  coordinator: { url: string };
  plan: Plan;
}

/**
 * Writes a deployment as files that `docker compose up` runs, and keeps of it what the other commands need.
 *
 * Nothing is started.
 *
 * @throws UsageError, EnvironmentError
 */
export async function compose(options: ComposeOptions): Promise<ComposeResult> {
  const { root, network, signal } = options;
  const paths = networkPaths(root, requireNetworkName(network));
  const folder = resolve(options.folder);
  const own = options.templates === undefined ? undefined : resolve(options.templates);
  const templates = Templates.open(own);
  requireWritable(folder, network, options.force ?? false);
  const infrastructure =
    options.infrastructure ?? (await openInfrastructure('docker', { root, templates: own }));
  const input = await planInput(options, infrastructure);
  const lock = await lockNetwork(root, network, 'compose');
  try {
    if (networkExists(paths)) {
      throw new EnvironmentError(
        `Network ${network} exists already: cqkd down -n ${network} ends it, -n names another one`,
      );
    }
    await prepare(options, infrastructure);
    return await onSite(
      options,
      infrastructure,
      async ({ ground, coordinatorPort, coordinatorUrl, check }) => {
        if (ground.kind !== 'subnet') throw new BugError(`Compose needs a subnet, got ${ground.kind}`);
        const plan = createPlan({ ...input, ground, coordinatorPort });
        await check(plan);
        const token = randomBytes(24).toString('base64url');
        const shape = { templates, image: imageReference(), subnet: ground.cidr, variables: process.env };
        const units = unitsOf(plan);
        const text = renderCompose({ network, units, shape });
        signal.throwIfAborted();
        await makeFolder(paths.folder);
        try {
          writeToken(paths, token);
          writeDeployment(paths, {
            version: deploymentVersion,
            state: 'up',
            driver: infrastructure.name,
            templates: own,
            createdAt: Date.now(),
            coordinatorUrl,
            plan,
          });
          const variables = renderVariables(network, token, units.length);
          const files = writeFiles(folder, { compose: text, variables });
          const result = resultOf(plan, folder, files, coordinatorUrl);
          await recordRun(paths, runOf(result), options.hooks);
          return result;
        } catch (error) {
          await removeState(paths);
          throw error;
        }
      },
    );
  } finally {
    lock.release();
  }
}

async function planInput(
  { network, workers, topology, settings, density, seed }: ComposeOptions,
  infrastructure: Infrastructure,
): Promise<Omit<PlanInput, 'ground' | 'coordinatorPort'>> {
  const machine = await infrastructure.machine();
  const fresh = randomBytes(4).readUInt32BE();
  return { network, workers, topology, settings, machine, seed: seed ?? fresh, ...(density && { density }) };
}

async function prepare(
  { signal, onProgress }: ComposeOptions,
  infrastructure: Infrastructure,
): Promise<void> {
  const progress = new ProgressList(onProgress);
  try {
    await infrastructure.prepare(signal, (title) => progress.set('prepare', { title, state: 'running' }));
    progress.finish();
  } catch (error) {
    progress.fail();
    throw error;
  }
}

/** Works with a place for the network; what is taken of it is given back, since Compose makes the network itself. */
async function onSite<T>(
  { root, network, signal }: ComposeOptions,
  infrastructure: Infrastructure,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const lock = await lockNetwork(root, '.addresses', 'compose', { waitMs: 10_000 });
  try {
    const site = await infrastructure.claim(network, signal);
    try {
      return await work(site);
    } finally {
      await site.release();
    }
  } finally {
    lock.release();
  }
}

function resultOf(plan: Plan, folder: string, files: string[], url: string): ComposeResult {
  const { network, topology, workers, bootstraps, hosts, nodes } = plan;
  const coordinator = { url };
  return {
    network,
    folder,
    files,
    topology,
    workers,
    bootstraps,
    hosts: hosts.length,
    nodes,
    coordinator,
    plan,
  };
}

function runOf({ plan: _, ...result }: ComposeResult) {
  return { at: Date.now(), command: 'compose', network: result.network, result };
}
