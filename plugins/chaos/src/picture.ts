import type { Tier } from '@cqkd/node/control';

/** A node as a fault sees it. */
export interface Target {
  name: string;
  /** 40 hexadecimal digits. */
  id: string;
  tier: Tier;
  region: string;
  /** Name of the host that runs it. */
  host: string;
}

/** The network as a fault is planned on it: every node that has joined. */
export interface Picture {
  nodes: readonly Target[];
  /** How many nodes hold a value. */
  k: number;
  /** That the network was planned with. */
  workers: number;
}

/** What the coordinator's own node is called. It is on the first side of every cut, and measures from there. */
export const gateway = 'coordinator';

/** Whether others join through it. */
export function isBootstrap({ tier }: Pick<Target, 'tier'>): boolean {
  return tier === 'super' || tier === 'regional' || tier === 'local';
}
