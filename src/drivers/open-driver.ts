import { UsageError } from '../errors.js';
import type { NetworkPaths } from '../state/paths.js';
import type { Driver } from './driver.js';
import { bundlePath } from './process/bundle.js';
import { ProcessDriver } from './process/process-driver.js';

/** What may be asked for. */
export const driverNames = ['auto', 'process'] as const;
export type DriverName = (typeof driverNames)[number];

/** Opens the driver of a network. @throws UsageError, EnvironmentError */
export function openDriver(name: string, paths: NetworkPaths): Driver {
  if (name !== 'auto' && name !== 'process') {
    throw new UsageError(`Expected one of ${driverNames.join(', ')} as the driver, got ${name}`);
  }
  return new ProcessDriver({ paths, bundle: () => bundlePath() });
}
