import { infrastructureOf } from '../drivers/open-driver.js';
import { EnvironmentError, UsageError } from '../errors.js';
import type { NetworkHandle } from './network-handle.js';

/** What hosts of a network would start on at this moment. */
export interface Runtime {
  /** Version of Node.js. */
  version: string;
  /** Its path, where it is one of this machine. */
  nodeBinary: string | undefined;
}

/** Finds it out before anything of a network is ended. @throws EnvironmentError when hosts could not start */
export async function runtimeOf(root: string, { deployment }: NetworkHandle): Promise<Runtime> {
  const infrastructure = await infrastructureOf(root, deployment);
  try {
    const { nodeVersion } = await infrastructure.machine();
    return { version: nodeVersion, nodeBinary: infrastructure.nodeBinary };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new EnvironmentError(
      `Hosts of ${deployment.plan.network} start on ${deployment.nodeBinary}, which is no Node.js 20.19 or later any more: put one there, or deploy again`,
    );
  }
}
