import type { RoutingMeasurement, RoutingRequest } from '../../control/api.js';
import type { RoutingDump } from '../../control/host-api.js';
import { dumpRouting } from '../../host/routing-dump.js';
import type { Network } from '../network.js';
import { countStrongComponents, countWeakComponents, type Graph } from '../routing-graph.js';
import { askableNodes, requireGateway } from './measuring.js';

const TIMEOUT_MS = 30_000;
/** Where an entry leads that leads to no node of a host. */
const STALE = -1;
const FOREIGN = -2;

/** The graph of all routing tables, the coordinator's own node included. */
export async function measureRouting(
  network: Network,
  { groups }: RoutingRequest,
  signal: AbortSignal,
): Promise<RoutingMeasurement> {
  requireGateway(network);
  const { kademlia } = network.gateway;
  const up = network.registry.hosts.filter((host) => host.state === 'up');
  const dumps = await network.fanOut.callAll<RoutingDump>(up, 'GET', '/v1/routing', {
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const foreign = await network.foreign.look(signal);
  const own = { id: kademlia.id.hex, address: kademlia.address, port: kademlia.port, name: 'coordinator' };
  return analyse([...askableNodes(network), own], [...dumps.values(), dumpRouting([kademlia])], {
    groups,
    foreign: new Set(foreign.map(({ id, address, port }) => `${id.hex} ${address} ${port}`)),
  });
}

interface Reading {
  /** Names of nodes. */
  groups?: readonly (readonly string[])[] | undefined;
  /** Living nodes that no host reports, as the dumps name them: entries that lead there are not stale. */
  foreign?: ReadonlySet<string>;
}

/** @param alive all nodes that are alive, @param dumps their tables */
export function analyse(
  alive: readonly { id: string; address: string; port: number; name: string }[],
  dumps: readonly RoutingDump[],
  { groups = [], foreign = new Set() }: Reading = {},
): RoutingMeasurement {
  const indexOf = new Map(alive.map((node, index) => [node.id, index]));
  const where = alive.map(({ id, address, port }) => `${id} ${address} ${port}`);
  const graph: number[][] = alive.map(() => []);
  const held = alive.map(() => false);
  const groupOf = groupsByName(groups);
  const group = alive.map(({ name }) => groupOf.get(name));
  let edges = 0;
  let staleEntries = 0;
  for (const { contacts, nodes } of dumps) {
    // An entry with an address where that node no longer is leads nowhere too.
    const targets = contacts.map((contact) => {
      const index = indexOf.get(contact.slice(0, 40)) ?? -1;
      if (where[index] === contact) return index;
      return foreign.has(contact) ? FOREIGN : STALE;
    });
    for (const { id, table } of nodes) {
      const from = indexOf.get(id);
      if (from === undefined) continue;
      for (const entry of table) {
        const to = targets[entry] ?? STALE;
        edges++;
        if (to === STALE) staleEntries++;
        else if (to !== FOREIGN) {
          (graph[from] as number[]).push(to);
          held[to] = true;
        }
      }
    }
  }
  return {
    nodes: alive.length,
    edges,
    weakComponents: countWeakComponents(graph),
    stronglyConnectedComponents: countStrongComponents(graph),
    orphans: alive.filter((_, index) => !held[index]).map((node) => node.name),
    staleEntries,
    acrossEntries: countAcross(graph, group),
  };
}

function groupsByName(groups: readonly (readonly string[])[]): Map<string, number> {
  return new Map(groups.flatMap((names, index) => names.map((name): [string, number] => [name, index])));
}

/** @param group of each node of the graph; undefined = it is in none */
function countAcross(graph: Graph, group: readonly (number | undefined)[]): number {
  const leadsAcross = (from: number | undefined, to: number | undefined) =>
    from !== undefined && to !== undefined && from !== to;
  return graph
    .map((targets, from) => targets.filter((to) => leadsAcross(group[from], group[to])).length)
    .reduce((sum, count) => sum + count, 0);
}
