import { UsageError } from '../errors.js';
import type { Machine } from '../machine/machine.js';
import { coresNeeded, isCurrent } from './cpu-load.js';
import type { Ground } from './ground.js';
import type { PlannedRuntime } from './node-flags.js';
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
  /** Hosts that share the load: all but those of super nodes. */
  busyHosts: number;
  workerPorts: { perAddress: number; addresses: number; range: string };
  nodesPerHost: number;
}

/** Memory of a process of a host before its first node, PSS; and of a container, without the page cache. Bytes. */
const hostBytes = {
  loopback: { older: 21e6, current: 29e6 },
  subnet: { older: 15e6, current: 23e6 },
} as const;
/** Memory that a roomy heap adds to a host: its young generation. Bytes. */
const roomyBytes = { older: 48e6, current: 64e6 } as const;
/** What an engine needs beside a container: its shim, and its share of the proxy and the logs. Bytes. */
const shimBytes = 12e6;
/** Memory of one node in a settled network of a thousand. Bytes. */
const nodeBytes = { older: 130e3, current: 190e3 } as const;
/** Share of the free memory that a plan may take. */
const memoryShare = 0.9;
/** Share of the cores that the standard load may keep busy; with more, round trips get slow. */
const coreShare = 0.8;
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
export function memoryOf(
  { processes, busyHosts, nodes }: Shape,
  { kind }: Ground,
  { version, heap }: PlannedRuntime,
): number {
  const release = isCurrent(version) ? 'current' : 'older';
  const roomy = heap === 'roomy' ? busyHosts : 0;
  return Math.round(
    processes * hostBytes[kind][release] + roomy * roomyBytes[release] + nodes * nodeBytes[release],
  );
}

/** Every limit for a network of `workers`; the one that binds first is at the front. */
export function checkLimits(
  workers: number,
  machine: Machine,
  ground: Ground,
  shapeOf: (workers: number) => Shape,
): Limit[] {
  const shape = shapeOf(workers);
  // Where memory is short, heaps are lean.
  const lean: PlannedRuntime = { version: machine.nodeVersion, heap: 'lean' };
  const checks: Check[] = [
    {
      name: 'memory',
      unit: 'bytes',
      need: (each) =>
        memoryOf(each, ground, lean) + (ground.kind === 'subnet' ? each.processes * shimBytes : 0),
      available: () => Math.floor(machine.memoryBytes * memoryShare),
      description: `${megabytes(machine.memoryBytes)} of memory are free`,
    },
    ...(ground.kind === 'loopback' ? processChecks(machine, shape) : containerChecks(machine, ground.cidr)),
    ...(shape.connections ? [connectionCheck(shapeOf)] : []),
    ...coreCheck(machine),
  ];
  return checks
    .map(({ need, available, ...check }) => ({
      name: check.name,
      need: need(shape),
      available: available(shape),
      unit: check.unit,
      maxWorkers: mostWorkers((size) => need(shapeOf(size)) <= available(shapeOf(size))),
      description: check.description,
      ...(check.advisory && { advisory: true as const }),
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

/** The standard load on the processors; nothing is refused for it. */
function coreCheck(machine: Machine): Check[] {
  const { cores, nodeVersion, udpMicroseconds } = machine;
  if (udpMicroseconds === null) return [];
  return [
    {
      name: 'cores',
      unit: 'cores',
      advisory: true,
      need: (shape) => coresNeeded(shape, machine) ?? 0,
      available: () => cores * coreShare,
      description: `${cores} cores, of which ${100 * coreShare} % count, at ${Math.round(udpMicroseconds)} us for a raw UDP request now and Node.js ${nodeVersion}; larger networks come up, and are slow`,
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
  advisory?: boolean;
  unit: Limit['unit'];
  need: (shape: Shape) => number;
  available: (shape: Shape) => number;
  description: string;
}

/** @throws UsageError that says how many workers fit, and why no more */
export function requireFit(workers: number, limits: readonly Limit[]): void {
  const first = limits.find(({ advisory }) => !advisory);
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
