import type { NetworkPaths } from '../state/paths.js';
import type { Driver } from './driver.js';
import { bundlePath } from './process/bundle.js';
import { ProcessDriver } from './process/process-driver.js';

/** Opens the driver of a network that exists. */
export function openDriver(_name: string, paths: NetworkPaths): Driver {
  return new ProcessDriver({ paths, bundle: () => bundlePath() });
}
