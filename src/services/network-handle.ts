import { CoordinatorClient } from '../coordinator-client/coordinator-client.js';
import { driversOf } from '../drivers/all-networks.js';
import type { Driver, Unit } from '../drivers/driver.js';
import { openDriver } from '../drivers/open-driver.js';
import { EnvironmentError } from '../errors.js';
import { type Deployment, readDeployment, readToken } from '../state/deployment.js';
import { networkExists, networkNames } from '../state/networks.js';
import { type NetworkPaths, networkPaths, requireNetworkName } from '../state/paths.js';
import { unitsOf } from './plan-units.js';

/** A network that exists, ready to be worked with. */
export interface NetworkHandle {
  paths: NetworkPaths;
  deployment: Deployment;
  driver: Driver;
  client: CoordinatorClient;
}

/** Opens a network. @throws UsageError, EnvironmentError when it does not exist or its state is corrupt */
export async function openNetwork(root: string, network: string): Promise<NetworkHandle> {
  const paths = existingPaths(root, network);
  const deployment = readDeployment(paths);
  if (!deployment) {
    throw new EnvironmentError(
      `Network ${network} is left over from an interrupted deploy: cqkd down -n ${network}`,
    );
  }
  const driver = await openDriver(root, paths, deployment);
  const client = new CoordinatorClient({ url: deployment.coordinatorUrl, token: readToken(paths) });
  return { paths, deployment, driver, client };
}

/** What it takes to mend a network: the same whether its state folder is there or not. */
export interface MendableNetwork {
  paths: NetworkPaths;
  driver: Driver;
  client: CoordinatorClient;
  token: string;
  /** Units as they were started; without the state folder those that could be read off the infrastructure. */
  units: Unit[];
  /** As it was planned; null without the state folder. */
  workers: number | null;
  /** Whether the state folder is lost. */
  isRecovered: boolean;
}

/** Opens a network by its state folder, or else by what its processes or containers tell. @throws EnvironmentError */
export async function openToMend(root: string, network: string): Promise<MendableNetwork> {
  const paths = networkPaths(root, requireNetworkName(network));
  if (networkExists(paths)) {
    const { deployment, driver, client } = await openNetwork(root, network);
    const { plan } = deployment;
    const { workers } = plan;
    const units = unitsOf(plan);
    return { paths, driver, client, token: readToken(paths), units, workers, isRecovered: false };
  }
  for (const driver of await driversOf(root, paths, undefined)) {
    const found = await driver.recover();
    if (!found) continue;
    const { token, coordinatorUrl, units } = found;
    const client = new CoordinatorClient({ url: coordinatorUrl, token });
    return { paths, driver, client, token, units, workers: null, isRecovered: true };
  }
  existingPaths(root, network);
  throw new EnvironmentError(`Network ${network} can't be read any more: cqkd down -n ${network}`);
}

/** Whether a network is gone, or about to be: nothing of it must be started again. */
export function isEnding(paths: NetworkPaths): boolean {
  if (!networkExists(paths)) return true;
  try {
    return readDeployment(paths)?.state === 'ending';
  } catch {
    // What can't be read does not say so.
    return false;
  }
}

/** The files of a network that exists. @throws UsageError, EnvironmentError */
export function existingPaths(root: string, network: string): NetworkPaths {
  const paths = networkPaths(root, requireNetworkName(network));
  if (networkExists(paths)) return paths;
  const names = networkNames(root);
  const known = names.length > 0 ? `there is ${names.join(', ')}` : 'there is none';
  throw new EnvironmentError(`There is no network ${network}; ${known}`);
}
