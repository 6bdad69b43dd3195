import { UsageError } from '../errors.js';
import type { Infrastructure } from './infrastructure.js';
import { ProcessInfrastructure } from './process/process-infrastructure.js';

/** What may be asked for. */
export const driverNames = ['auto', 'process'] as const;
export type DriverName = (typeof driverNames)[number];

/** What a new network will run on. @throws UsageError, EnvironmentError */
export async function openInfrastructure(name: string, root: string): Promise<Infrastructure> {
  if (name !== 'auto' && name !== 'process') {
    throw new UsageError(`Expected one of ${driverNames.join(', ')} as the driver, got ${name}`);
  }
  return new ProcessInfrastructure(root);
}
