import type { BootstrapReport, HostReport, HostState, NodeReport, RegionReport } from '../control/api.js';

type ReportedHost = Pick<HostReport, 'tier' | 'region'> & { state: HostState; nodes: readonly NodeReport[] };

const bootstrapTiers: readonly string[] = ['super', 'regional', 'local'];

/**
 * What the hosts tell about the bootstrap nodes and those attached to them (facts section 2).
 *
 * @param failovers promotions that were told of
 */
export function bootstrapReport(hosts: readonly ReportedHost[], failovers: number): BootstrapReport {
  const bootstraps = hosts.filter((host) => bootstrapTiers.includes(host.tier));
  const healthy = bootstraps.flatMap(joinedOf);
  const workers = hosts.filter((host) => host.tier === 'worker').flatMap(joinedOf);
  const parents = new Set(healthy.map(placeOf));
  const attached = workers.filter(({ parent }) => parent !== undefined && parents.has(parent)).length;
  const connections = connectionsOf(healthy, hosts.flatMap(joinedOf));
  const capacity = capacityOf(healthy);
  const regions = regionsOf(hosts);
  const covered = regions.filter((region) => region.healthy > 0).length;
  return {
    total: bootstraps.reduce((sum, host) => sum + host.nodes.length, 0),
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

function regionsOf(hosts: readonly ReportedHost[]): RegionReport[] {
  const regions = new Map<string, RegionReport>();
  for (const host of hosts) {
    const { region: name } = host;
    const region = regions.get(name) ?? { name, total: 0, healthy: 0, workers: 0 };
    regions.set(name, region);
    const joined = joinedOf(host).length;
    if (bootstrapTiers.includes(host.tier)) {
      region.total += host.nodes.length;
      region.healthy += joined;
    } else if (host.tier === 'worker') region.workers += joined;
  }
  return [...regions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function joinedOf({ state, nodes }: ReportedHost): NodeReport[] {
  return state === 'up' ? nodes.filter((node) => node.state === 'joined') : [];
}

function placeOf({ address, port }: NodeReport): string {
  return `${address}:${port}`;
}
