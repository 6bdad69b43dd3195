import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { EnvironmentError, systemCode } from '../errors.js';
import { readDeployment } from './deployment.js';
import { cannotWrite } from './files.js';
import { type NetworkPaths, namePattern, networkPaths } from './paths.js';

/** Names of all networks that have a state folder. @throws EnvironmentError when they can't be read */
export function networkNames(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && namePattern.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return [];
    throw new EnvironmentError(
      `Can't read ${root} (${code}): free it, or set XDG_STATE_HOME to another folder`,
    );
  }
}

export function networkExists(paths: NetworkPaths): boolean {
  return existsSync(paths.folder);
}

/** Address blocks in use; a network whose plan can't be read counts for none. */
export function blocksInUse(root: string): Set<number> {
  const blocks = new Set<number>();
  for (const name of networkNames(root)) {
    try {
      const deployment = readDeployment(networkPaths(root, name));
      const ground = deployment?.plan.ground;
      if (ground?.kind === 'loopback') blocks.add(ground.block.index);
    } catch {
      // Its ports are found taken when they are tried.
    }
  }
  return blocks;
}

/** Removes all that is kept of a network. */
export async function removeState(paths: NetworkPaths): Promise<void> {
  try {
    await rm(paths.folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch (error) {
    throw cannotWrite(paths.folder, error);
  }
}
