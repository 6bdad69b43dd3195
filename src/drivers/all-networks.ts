import { basename } from 'node:path';
import type { Deployment } from '../state/deployment.js';
import { networkNames } from '../state/networks.js';
import type { NetworkPaths } from '../state/paths.js';
import { networksOnEngine } from './docker/clean-up.js';
import { openEngine, probeEngine } from './docker/engine/engine.js';
import type { Driver } from './driver.js';
import { openDriver } from './open-driver.js';
import { openInfrastructure } from './open-infrastructure.js';
import { networksWithProcesses } from './process/marked.js';

/** Names of all networks: those with a state folder, and those that only have something running. */
export async function allNetworks(root: string): Promise<string[]> {
  const names = [...networkNames(root), ...networksWithProcesses(root), ...(await onEngine())];
  return [...new Set(names)].sort();
}

/** Whether anything of a network runs that has no state folder. */
export async function runsWithoutState(root: string, network: string): Promise<boolean> {
  return networksWithProcesses(root).includes(network) || (await onEngine()).includes(network);
}

/** The driver that is on record for a network; without a record each one that has something of it. */
export async function driversOf(
  root: string,
  paths: NetworkPaths,
  deployment: Deployment | undefined,
): Promise<Driver[]> {
  if (deployment) return [await openDriver(root, paths, deployment)];
  const drivers = [(await openInfrastructure('process', { root })).driver(paths)];
  if ((await onEngine()).includes(basename(paths.folder)))
    drivers.push((await openInfrastructure('docker', { root })).driver(paths));
  return drivers;
}

/** Networks that a Docker Engine has, when one answers; none is asked where CQKD_DRIVER=process. */
async function onEngine(): Promise<string[]> {
  if (process.env.CQKD_DRIVER?.trim() === 'process') return [];
  if (!(await probeEngine()).available) return [];
  return networksOnEngine(await openEngine());
}
