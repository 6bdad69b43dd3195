import { openDriver } from '../drivers/open-driver.js';
import { networksWithProcesses } from '../drivers/process/marked.js';
import { EnvironmentError, messageOf } from '../errors.js';
import { readDeployment } from '../state/deployment.js';
import { lockNetwork } from '../state/lock.js';
import { networkNames, removeState } from '../state/networks.js';
import { networkPaths } from '../state/paths.js';
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
  networks: { network: string; hosts: string[] }[];
  elapsedSeconds: number;
}

/** Ends networks and removes what was kept of them. @throws UsageError, EnvironmentError */
export async function down(options: DownOptions): Promise<DownResult> {
  const { root, network, all = false, onProgress } = options;
  const orphaned = networksWithProcesses(root);
  if (!all && !orphaned.includes(network)) existingPaths(root, network);
  const names = all ? [...new Set([...networkNames(root), ...orphaned])].sort() : [network];
  const progress = new ProgressList(onProgress);
  const networks: DownResult['networks'] = [];
  const errors: unknown[] = [];
  for (const name of names) {
    try {
      networks.push({ network: name, hosts: await downOne(name, options, progress) });
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
): Promise<string[]> {
  const paths = networkPaths(root, network);
  const lock = force ? undefined : await lockNetwork(root, network, 'down');
  try {
    if (!force) readDeployment(paths);
    const driver = openDriver('auto', paths);
    const title = `hosts of ${network} ended`;
    const onStopped = (done: number, total: number) => progress.set(network, { title, done, total });
    const hosts = await endNetwork({ paths, driver, force, signal, onStopped });
    progress.set(network, { title, state: 'done' });
    await removeState(paths);
    const left = (await driver.inspect({ tolerant: true })).filter((unit) => unit.state === 'running');
    if (left[0])
      throw new EnvironmentError(
        `Process ${left[0].pid} of network ${network} still runs: cqkd down --force -n ${network}`,
      );
    return hosts;
  } finally {
    lock?.release();
  }
}
