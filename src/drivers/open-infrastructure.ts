import { UsageError } from '../errors.js';
import { openEngine, probeEngine } from './docker/engine/engine.js';
import type { Infrastructure } from './infrastructure.js';
import { ProcessInfrastructure } from './process/process-infrastructure.js';

/** What may be asked for. */
export const driverNames = ['auto', 'process', 'docker'] as const;
export type DriverName = (typeof driverNames)[number];

export interface InfrastructureOptions {
  /** Where the state of all networks lies. */
  root: string;
  /** Compose templates of the user's own. */
  templates?: string | undefined;
  /** The Node.js that hosts run on; by default the one that this program runs on. */
  nodeBinary?: string | undefined;
  /** Id of the image that the containers of the network were made from; while it is there, others are too. */
  image?: string | undefined;
}

/**
 * What a new network will run on; `auto` = Docker when an engine answers, else processes.
 *
 * @throws UsageError, EnvironmentError
 */
export async function openInfrastructure(
  name: string,
  options: InfrastructureOptions,
): Promise<Infrastructure> {
  const { root, templates, nodeBinary, image } = options;
  switch (name) {
    case 'docker': {
      // Loaded only where it is used: it takes as long as all the rest.
      const { DockerInfrastructure } = await import('./docker/docker-infrastructure.js');
      return DockerInfrastructure.open({ engine: await openEngine(), templates, nodeBinary, image });
    }
    case 'process':
      if (templates === undefined) return new ProcessInfrastructure({ root, nodeBinary });
      throw new UsageError('--templates shapes containers, and the driver is process: drop one of them');
    case 'auto': {
      const probe = await probeEngine();
      if (probe.available || templates !== undefined) return openInfrastructure('docker', options);
      return new ProcessInfrastructure({
        root,
        nodeBinary,
        note: `processes on this machine, since no Docker: ${probe.reason}`,
      });
    }
    default:
      throw new UsageError(`Expected one of ${driverNames.join(', ')} as the driver, got ${name}`);
  }
}
