import type { Machine } from '../machine/machine.js';
import type { Ground } from '../plan/ground.js';
import type { Plan } from '../plan/plan.js';
import type { NetworkPaths } from '../state/paths.js';
import type { Driver } from './driver.js';

/** A place for one network, taken before the network is planned. */
export interface Site {
  ground: Ground;
  /** Where the coordinator's API listens. */
  coordinatorPort: number;
  /** Where the command line reaches it. */
  coordinatorUrl: string;
  /** Checks that the place has what the plan needs of it. @throws EnvironmentError */
  check(plan: Plan): Promise<void>;
  /** Gives the place back, when no network comes to live there. */
  release(): Promise<void>;
}

/** One kind of thing that hosts run on: what a deployment needs of it before there is a driver. */
export interface Infrastructure {
  readonly name: string;
  /** Why it was chosen, when the user left that open; one line. */
  readonly note?: string;
  /** The Node.js of this machine that hosts start on, later ones too: an absolute path. */
  readonly nodeBinary?: string | undefined;
  /** The image that containers start from, later ones too: its id; known once it is prepared. */
  readonly image?: string | undefined;
  /** What it has free now. */
  machine(): Promise<Machine>;
  /** Where a network would live that is only planned. */
  preview(): Promise<Ground>;
  claim(network: string, signal: AbortSignal): Promise<Site>;
  /** Makes ready whatever units need to start. */
  prepare(signal: AbortSignal, onProgress: (step: string) => void): Promise<void>;
  driver(paths: NetworkPaths): Driver;
}
