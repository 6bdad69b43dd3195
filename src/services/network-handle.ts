import { CoordinatorClient } from '../coordinator-client/coordinator-client.js';
import type { Driver } from '../drivers/driver.js';
import { openDriver } from '../drivers/open-driver.js';
import { EnvironmentError } from '../errors.js';
import { type Deployment, readDeployment, readToken } from '../state/deployment.js';
import { networkExists, networkNames } from '../state/networks.js';
import { type NetworkPaths, networkPaths, requireNetworkName } from '../state/paths.js';

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

/** The files of a network that exists. @throws UsageError, EnvironmentError */
export function existingPaths(root: string, network: string): NetworkPaths {
  const paths = networkPaths(root, requireNetworkName(network));
  if (networkExists(paths)) return paths;
  const names = networkNames(root);
  const known = names.length > 0 ? `there is ${names.join(', ')}` : 'there is none';
  throw new EnvironmentError(`There is no network ${network}; ${known}`);
}
