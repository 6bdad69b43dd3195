import type { Machine } from '../machine/machine.js';

/** Properties of a network that decide how much CPU it needs. */
export interface LoadShape {
  nodes: number;
  /** Hosts that share the load: all but those of super nodes. */
  busyHosts: number;
}

/** The standard load: each node makes one lookup in so many seconds. */
const secondsPerLookup = 10;
/** Requests of a lookup for each node that it looks for (K): measured at 1000 nodes, 52 with K = 40. */
const requestsPerK = 1.3;
/** Requests of a node in a second without any load. */
const idleRequests = 0.75;
/**
 * CPU of a request in raw UDP requests within one process, where as many hosts as cores share the load. Measured at 1000
 * workers on two cores, Node.js 24.22 and 20.20; releases from 24 on are taken to be alike.
 */
const requestCost = { current: 6.7, older: 8 } as const;
/** The first major release that counts as current. */
const currentMajor = 24;
/** Addition to the cost of a request for each doubling of the hosts per core, measured with 4 and 13 hosts on two cores. */
const costPerDoubling = 2;
/** K by number of nodes, as nodes adapt it. */
const kBySize = [
  [50, 20],
  [200, 25],
  [500, 35],
  [Number.POSITIVE_INFINITY, 40],
] as const;

/**
 * Cores that the hosts of a network keep busy under the standard load: an estimate from what raw UDP costs on this machine.
 *
 * @returns null when that is not known
 */
export function coresNeeded(
  { nodes, busyHosts }: LoadShape,
  { cores, nodeVersion, udpMicroseconds }: Pick<Machine, 'cores' | 'nodeVersion' | 'udpMicroseconds'>,
): number | null {
  if (udpMicroseconds === null) return null;
  const [, k] = kBySize.find(([largest]) => nodes <= largest) ?? kBySize[3];
  const requests = nodes * (idleRequests + (requestsPerK * k) / secondsPerLookup);
  const base = isCurrent(nodeVersion) ? requestCost.current : requestCost.older;
  const cost = base + costPerDoubling * Math.log2(Math.max(1, busyHosts / cores));
  return (requests * cost * udpMicroseconds) / 1e6;
}

/** Returns true for releases of Node.js on which a request costs the least. */
export function isCurrent(nodeVersion: string): boolean {
  return Number(nodeVersion.split('.', 1)[0]) >= currentMajor;
}
