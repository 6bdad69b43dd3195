import type { BootstrapNodes } from './bootstrap-nodes.js';
import { type HostSize, packByTier } from './dense-hosts.js';
import type { Ground } from './ground.js';
import type { PackedHost } from './hosts.js';
import type { PlannedNode } from './planned-node.js';
import type { PreviousNode } from './previous.js';
import { packShared, sharedHostCount } from './shared-hosts.js';
import { endpoints, mostNodesPerHost, type PlanTier } from './tiers.js';
import type { BootstrapCounts } from './topology.js';
import type { WorkerPorts } from './worker-places.js';

/** Inputs that decide which nodes share a host. */
export interface Packing {
  cores: number;
  /** Nodes per host, where the user gave it: hosts are of one tier and region each then. */
  density: number | undefined;
  /** Workers that a host can hold. */
  maxWorkers: number;
}

/** Hosts of a network without those of super nodes, which are alone. */
export interface HostCounts {
  hosts: number;
  nodesPerHost: number;
}

/** Workers that a host can hold: in a subnet no two of them may need the same port. */
export function workersPerHost(ports: WorkerPorts, ground: Ground): number {
  return ground.kind === 'subnet' ? ports.perAddress : Number.POSITIVE_INFINITY;
}

/** Puts nodes on hosts, in the order in which the hosts start. Nodes that stay keep their host. */
export function packHosts(
  nodes: readonly PlannedNode[],
  rings: BootstrapNodes,
  packing: Packing,
  previous: ReadonlyMap<string, PreviousNode>,
): PackedHost[] {
  const { density, maxWorkers } = packing;
  if (density !== undefined)
    return packByTier(nodes, (tier) => sizeOfHosts(tier, density, maxWorkers), previous);
  const workers = nodes.filter((node) => node.tier === 'worker').length;
  const count = sharedCount({ regional: rings.regional.length, local: rings.local.length }, workers, packing);
  return packShared(nodes, rings, { count, maxWorkers }, previous);
}

/** How many hosts a new network would have: cheap for any number of workers. @param regions that are in use */
export function countHosts(
  { regional, local }: BootstrapCounts,
  workers: number,
  regions: number,
  packing: Packing,
): HostCounts {
  const { density, maxWorkers } = packing;
  if (density === undefined) {
    const hosts = sharedCount({ regional, local }, workers, packing);
    return { hosts, nodesPerHost: Math.ceil((regional + local + workers + endpoints.length) / hosts) };
  }
  const ofTier = (tier: PlanTier, nodes: number) => {
    const byDensity = Math.ceil(nodes / sizeOfHosts(tier, density, maxWorkers).wanted);
    return nodes === 0 ? 0 : Math.max(Math.min(regions, nodes), byDensity);
  };
  const hosts = ofTier('regional', regional) + ofTier('local', local) + ofTier('worker', workers) + 1;
  return { hosts, nodesPerHost: Math.min(density, mostNodesPerHost) };
}

/** Two hosts at least where there are tiers below the super nodes: one that dies must not take a whole tier along. */
function sharedCount(
  { regional, local }: Pick<BootstrapCounts, 'regional' | 'local'>,
  workers: number,
  { cores, maxWorkers }: Packing,
): number {
  const minHosts = Math.max(regional + local > 0 ? 2 : 1, Math.ceil(workers / maxWorkers));
  return sharedHostCount(regional + local + workers + endpoints.length, cores, minHosts);
}

/** Nodes of a host where a density is given; both endpoints share one, as they share no fault with anything else. */
function sizeOfHosts(tier: PlanTier, density: number, maxWorkers: number): HostSize {
  if (tier === 'super') return { wanted: 1, most: Number.POSITIVE_INFINITY };
  if (tier === 'endpoint') return { wanted: endpoints.length, most: Number.POSITIVE_INFINITY };
  const most = tier === 'worker' ? maxWorkers : Number.POSITIVE_INFINITY;
  return { wanted: Math.min(density, most), most };
}
