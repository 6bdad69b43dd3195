import type { BootstrapReport, HostState, NodeReport, RegionReport } from '../control/api.js';

interface ReportedHost {
  state: HostState;
  nodes: readonly NodeReport[];
}

/** A node, and whether it takes part. */
type ReportedNode = NodeReport & { isHealthy: boolean };

const bootstrapTiers: readonly string[] = ['super', 'regional', 'local'];

/**
 * What the hosts tell about the bootstrap nodes and those attached to them (facts section 2).
 *
 * @param failovers promotions that were told of
 */
export function bootstrapReport(hosts: readonly ReportedHost[], failovers: number): BootstrapReport {
  const nodes = hosts.flatMap(({ state, nodes }) =>
    nodes.map((node): ReportedNode => ({ ...node, isHealthy: state === 'up' && node.state === 'joined' })),
  );
  const joined = nodes.filter((node) => node.isHealthy);
  const bootstraps = nodes.filter(isBootstrap);
  const healthy = joined.filter(isBootstrap);
  const workers = joined.filter((node) => node.tier === 'worker');
  const parents = new Set(healthy.map(placeOf));
  const attached = workers.filter(({ parent }) => parent !== undefined && parents.has(parent)).length;
  const connections = connectionsOf(healthy, joined);
  const capacity = capacityOf(healthy);
  const regions = regionsOf(nodes);
  const covered = regions.filter((region) => region.healthy > 0).length;
  return {
    total: bootstraps.length,
    healthy: healthy.length,
    connections,
    capacity,
    utilisationPercent: capacity === null ? null : (100 * connections) / capacity,
    regions,
    coveragePercent: regions.length === 0 ? 0 : (100 * covered) / regions.length,
    failovers,
    promoted: healthy.filter(({ bootstrap }) => bootstrap?.promoted).map(({ name }) => name),
    workers: { attached, orphaned: workers.length - attached },
  };
}

/** As they say themselves; those that hand out no leases are counted by who names them as its bootstrap node. */
function connectionsOf(healthy: readonly NodeReport[], all: readonly NodeReport[]): number {
  const named = new Map<string, number>();
  for (const { parent } of all) if (parent) named.set(parent, (named.get(parent) ?? 0) + 1);
  return healthy.reduce(
    (sum, node) => sum + (node.bootstrap ? node.bootstrap.attached : (named.get(placeOf(node)) ?? 0)),
    0,
  );
}

function capacityOf(healthy: readonly NodeReport[]): number | null {
  const loads = healthy.flatMap(({ bootstrap }) => bootstrap ?? []);
  return loads.length === 0 ? null : loads.reduce((sum, { capacity }) => sum + capacity, 0);
}

function regionsOf(nodes: readonly ReportedNode[]): RegionReport[] {
  const regions = new Map<string, RegionReport>();
  for (const node of nodes) {
    const region = regions.get(node.region) ?? { name: node.region, total: 0, healthy: 0, workers: 0 };
    regions.set(node.region, region);
    if (isBootstrap(node)) {
      region.total++;
      if (node.isHealthy) region.healthy++;
    } else if (node.tier === 'worker' && node.isHealthy) region.workers++;
  }
  return [...regions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isBootstrap({ tier }: NodeReport): boolean {
  return bootstrapTiers.includes(tier);
}

function placeOf({ address, port }: NodeReport): string {
  return `${address}:${port}`;
}
