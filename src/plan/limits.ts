import { UsageError } from '../errors.js';
import type { Machine } from '../machine/machine.js';
import type { Ground } from './ground.js';
import type { Limit } from './plan.js';
import { hostsIn, parseSubnet } from './subnet.js';
import { bootstrapTiers } from './tiers.js';

/** What a network of some size needs, without its details. */
export interface Shape {
  workers: number;
  /** Bootstrap nodes, workers and endpoints. */
  nodes: number;
  /** Processes or containers, the coordinator with them. */
  processes: number;
  /** Connections that its bootstrap nodes take, and those that are asked for; null = not bounded. */
  connections: { available: number; need: number } | null;
  workerPorts: { perAddress: number; addresses: number; range: string };
  nodesPerHost: number;
}

/** Memory of a host before its first node: of a process as PSS, of a container without the page cache. Bytes. */
const hostBytes = { loopback: 18e6, subnet: 14e6 } as const;
/** What an engine needs beside a container: its shim, and its share of the proxy and the logs. Bytes. */
const shimBytes = 12e6;
/** Memory of one node in a settled network of a thousand. Bytes. */
const nodeBytes = 120e3;
/** Share of the free memory that a plan may take. */
const memoryShare = 0.9;
/** File descriptors of a process besides the sockets of its nodes. */
const filesPerProcess = 64;
/** Containers that a bridge carries well; it has 1023 ports, and engines grow slow and fail long before. */
const mostContainers = 500;
/** How often the neighbour table may be too small: with 4 a network of containers still comes up, slowly. */
const neighbourOverflow = 4;
/** Threads of a Node process; systems count them as processes. */
const threadsPerProcess = 11;
/** Above this many workers no limit is looked for. */
const searchCeiling = 1_000_000;

/** Memory that a network uses, with its coordinator. Bytes. */
export function memoryOf({ processes, nodes }: Shape, { kind }: Ground): number {
  return Math.round(processes * hostBytes[kind] + nodes * nodeBytes);
}

/** Every limit for a network of `workers`; the one that binds first is at the front. */
export function checkLimits(
  workers: number,
  machine: Machine,
  ground: Ground,
  shapeOf: (workers: number) => Shape,
): Limit[] {
  const shape = shapeOf(workers);
  const checks = [
    {
      name: 'memory',
      unit: 'bytes' as const,
      need: (each: Shape) =>
        memoryOf(each, ground) + (ground.kind === 'subnet' ? each.processes * shimBytes : 0),
      available: () => Math.floor(machine.memoryBytes * memoryShare),
      description: `${megabytes(machine.memoryBytes)} of memory are free`,
    },
    ...(ground.kind === 'loopback' ? processChecks(machine, shape) : containerChecks(machine, ground.cidr)),
    ...(shape.connections ? [connectionCheck(shapeOf)] : []),
  ];
  return checks
    .map(({ need, available, ...check }) => ({
      name: check.name,
      need: need(shape),
      available: available(shape),
      unit: check.unit,
      maxWorkers: mostWorkers((size) => need(shapeOf(size)) <= available(shapeOf(size))),
      description: check.description,
    }))
    .sort((a, b) => a.maxWorkers - b.maxWorkers || share(b) - share(a));
}

function processChecks(machine: Machine, shape: Shape): Check[] {
  return [
    {
      name: 'processes',
      unit: 'count',
      need: (shape) => shape.processes * threadsPerProcess,
      available: () => machine.processes,
      description: `${machine.processes} more processes and threads may be started (ulimit -u)`,
    },
    {
      name: 'open files',
      unit: 'count',
      need: (shape) => Math.min(shape.nodes, shape.nodesPerHost) + filesPerProcess,
      available: () => machine.openFiles,
      description: `a process may hold ${machine.openFiles} open files, one socket a node (ulimit -n)`,
    },
    {
      name: 'ports',
      unit: 'count',
      need: (shape) => shape.workers,
      available: (shape) => shape.workerPorts.perAddress * shape.workerPorts.addresses,
      description: portsDescription(shape),
    },
  ];
}

function containerChecks({ neighbours }: Machine, cidr: string): Check[] {
  const most = Math.min(mostContainers, hostsIn(parseSubnet(cidr)) + 1);
  return [
    {
      name: 'containers',
      unit: 'count',
      need: (shape) => shape.processes,
      available: () => most,
      description: `one bridge carries ${most} containers well: put more nodes on a host (a higher --density, or none)`,
    },
    {
      name: 'neighbour entries',
      unit: 'count',
      // Every container comes to know nearly every other one. A table that is too small by half still gets along.
      need: ({ processes }) => processes ** 2,
      available: () => neighbours * neighbourOverflow,
      description: `the kernel keeps ${neighbours} hardware addresses, for all containers together: put more nodes on a host (a higher --density, or none), or raise it (sysctl -w net.ipv4.neigh.default.gc_thresh3=65536)`,
    },
  ];
}

function connectionCheck(shapeOf: (workers: number) => Shape): Check {
  const { super: supers, regional, local } = bootstrapTiers;
  return {
    name: 'bootstrap connections',
    unit: 'count',
    need: (shape) => shape.connections?.need ?? 0,
    available: (shape) => shape.connections?.available ?? Number.POSITIVE_INFINITY,
    description: `${supers.most} super, ${regional.most} regional and ${local.most} local nodes are the most there can be, with ${shapeOf(searchCeiling).connections?.available} connections; --topology flat has no such limit`,
  };
}

interface Check {
  name: string;
  unit: Limit['unit'];
  need: (shape: Shape) => number;
  available: (shape: Shape) => number;
  description: string;
}

/** @throws UsageError that says how many workers fit, and why no more */
export function requireFit(workers: number, limits: readonly Limit[]): void {
  const first = limits[0];
  if (!first || workers <= first.maxWorkers) return;
  throw new UsageError(
    `${workers} workers are too many here: at most ${first.maxWorkers}, because ${first.description}`,
  );
}

/** The largest size that fits, up to a ceiling; fitting is taken to be monotonic. */
function mostWorkers(fits: (workers: number) => boolean): number {
  let low = 0;
  let high = searchCeiling;
  if (fits(high)) return high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function share(limit: Limit): number {
  return limit.need / limit.available;
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB`;
}

function portsDescription({ workerPorts: { perAddress, addresses, range } }: Shape): string {
  const held =
    addresses === 1
      ? `the worker ports ${range} are ${perAddress}`
      : `${addresses} loopback addresses hold ${perAddress} worker ports each (${range})`;
  return `${held}; MAX_PORT widens the range, at most to 8999`;
}
