import type { Deployment } from '../state/deployment.js';
import type { NetworkPaths } from '../state/paths.js';
import type { Driver } from './driver.js';
import { openInfrastructure } from './open-infrastructure.js';

/** Opens the driver of a network that exists. @throws UsageError, EnvironmentError */
export async function openDriver(
  root: string,
  paths: NetworkPaths,
  { driver, templates, nodeBinary }: Pick<Deployment, 'driver' | 'templates' | 'nodeBinary'>,
): Promise<Driver> {
  return (await openInfrastructure(driver, { root, templates, nodeBinary })).driver(paths);
}
