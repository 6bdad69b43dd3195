import { existsSync } from 'node:fs';
import type { Deployment } from '../state/deployment.js';
import type { NetworkPaths } from '../state/paths.js';
import type { Driver } from './driver.js';
import type { Infrastructure } from './infrastructure.js';
import { openInfrastructure } from './open-infrastructure.js';

type Place = Pick<Deployment, 'driver' | 'templates' | 'nodeBinary' | 'image'>;

/** Opens what a network that exists runs on. @throws UsageError, EnvironmentError */
export function infrastructureOf(
  root: string,
  { driver, templates, nodeBinary, image }: Place,
): Promise<Infrastructure> {
  // Its Node.js may have been removed since, by an upgrade say: then hosts start on the one that runs this program.
  const isThere = nodeBinary !== undefined && existsSync(nodeBinary);
  return openInfrastructure(driver, { root, templates, image, ...(isThere && { nodeBinary }) });
}

/** Opens the driver of a network that exists. @throws UsageError, EnvironmentError */
export async function openDriver(root: string, paths: NetworkPaths, place: Place): Promise<Driver> {
  return (await infrastructureOf(root, place)).driver(paths);
}
