import { allNetworks, driversOf, runsWithoutState } from '../drivers/all-networks.js';
import type { Driver } from '../drivers/driver.js';
import { EnvironmentError, messageOf } from '../errors.js';
import { type Deployment, readDeployment, writeDeployment } from '../state/deployment.js';
import { lockNetwork } from '../state/lock.js';
import { networkExists, removeState } from '../state/networks.js';
import { type NetworkPaths, networkPaths, requireNetworkName } from '../state/paths.js';
import { endNetwork } from './end-network.js';
import { existingPaths } from './network-handle.js';
import { type OnProgress, ProgressList } from './progress.js';

export interface DownOptions {
  root: string;
  network: string;
  /** Every network there is. */
  all?: boolean;
  /** Kills at once, whatever the state folder says and whoever is at work on it. */
  force?: boolean;
  signal: AbortSignal;
  onProgress?: OnProgress;
}

/** The `--json` of down. */
export interface DownResult {
  networks: { network: string; driver: string; hosts: string[] }[];
  elapsedSeconds: number;
}

/** Ends networks and removes what was kept of them. @throws UsageError, EnvironmentError */
export async function down(options: DownOptions): Promise<DownResult> {
  const { root, network, all = false, onProgress } = options;
  const isKnown = all || networkExists(networkPaths(root, requireNetworkName(network)));
  if (!isKnown && !(await runsWithoutState(root, network))) existingPaths(root, network);
  const names = all ? await allNetworks(root) : [network];
  const progress = new ProgressList(onProgress);
  const networks: DownResult['networks'] = [];
  const errors: unknown[] = [];
  for (const name of names) {
    try {
      networks.push(await downOne(name, options, progress));
    } catch (error) {
      options.signal.throwIfAborted();
      errors.push(error);
    }
  }
  if (errors.length > 1) throw new EnvironmentError(errors.map(messageOf).join('; '));
  if (errors.length > 0) throw errors[0];
  return { networks, elapsedSeconds: performance.now() / 1000 };
}

async function downOne(
  network: string,
  { root, force = false, signal }: DownOptions,
  progress: ProgressList,
): Promise<DownResult['networks'][number]> {
  const paths = networkPaths(root, network);
  const lock = force ? undefined : await lockNetwork(root, network, 'down');
  try {
    const deployment = force ? readableDeployment(paths) : readDeployment(paths);
    if (deployment) announceEnd(paths, deployment);
    const drivers = await driversOf(root, paths, deployment);
    const title = `hosts of ${network} ended`;
    const onStopped = (done: number, total: number) => progress.set(network, { title, done, total });
    const hosts: string[] = [];
    for (const driver of drivers)
      hosts.push(...(await endNetwork({ paths, driver, force, signal, onStopped })));
    progress.set(network, { title, state: 'done' });
    await removeState(paths);
    for (const driver of drivers) await requireNothingLeft(driver, network);
    return { network, driver: drivers.at(-1)?.name ?? '', hosts };
  } finally {
    lock?.release();
  }
}

/** Whoever is at work on it must not start again what ends now. A disk that is full keeps nothing from ending. */
function announceEnd(paths: NetworkPaths, deployment: Deployment): void {
  try {
    writeDeployment(paths, { ...deployment, state: 'ending' });
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
  }
}

async function requireNothingLeft(driver: Driver, network: string): Promise<void> {
  const left = (await driver.inspect({ tolerant: true })).find((unit) => unit.state === 'running');
  if (!left) return;
  const what = left.pid === null ? `Container ${left.name}` : `Process ${left.pid}`;
  throw new EnvironmentError(`${what} of network ${network} still runs: cqkd down --force -n ${network}`);
}

/** What is on record; nothing when that is corrupt. */
function readableDeployment(paths: NetworkPaths): Deployment | undefined {
  try {
    return readDeployment(paths);
  } catch {
    return undefined;
  }
}
