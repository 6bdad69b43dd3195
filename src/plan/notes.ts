import { columnFor, targetOf } from '../gate/targets.js';
import { formatBytes } from '../report/format.js';
import { coresNeeded, isCurrent, type LoadShape } from './cpu-load.js';
import type { PlannedRuntime } from './node-flags.js';
import type { Limit, PlanInput, Topology } from './plan.js';
import { type PlannedNode, placeOf } from './planned-node.js';
import type { WorkerPorts } from './worker-places.js';

/** A plan that is nearly made. */
export interface NotedPlan {
  input: PlanInput;
  topology: Topology;
  ports: WorkerPorts;
  workers: readonly PlannedNode[];
  /** Bootstrap nodes and endpoints. */
  fixed: readonly PlannedNode[];
  /** Bootstrap nodes without the hierarchy, `address:port`, where the settings give them. */
  fallback: readonly string[] | null;
  memoryBytes: number;
  /** Hosts with the coordinator. */
  processes: number;
  limits: readonly Limit[];
  load: LoadShape;
  node: PlannedRuntime;
}

/** What is worth saying about a plan, one line each. */
export function notesOn({
  input,
  topology,
  ports,
  workers,
  fixed,
  fallback,
  memoryBytes,
  processes,
  limits,
  load,
  node,
}: NotedPlan): string[] {
  const notes: string[] = [];
  if (topology === 'legacy')
    notes.push('ENABLE_MULTI_LEVEL_BOOTSTRAP=false: the two fallback bootstrap nodes');
  if (ports.extended) notes.push(`extending the port range to ${ports.max} for ${input.workers} workers`);
  const addresses = new Set(workers.map((worker) => worker.address)).size;
  if (input.ground.kind === 'loopback' && addresses > 1)
    notes.push(`${addresses} loopback addresses, ${ports.perAddress} worker ports each`);
  return [
    ...notes,
    ...strangers(fallback, fixed),
    ...crowded(input, processes),
    ...beyondTarget(input.workers, memoryBytes),
    ...beyondCores(limits),
    ...olderNode(input, load),
    ...otherHeaps(input, node),
  ];
}

/** Containers that get along with a full neighbour table, but come together slowly. */
function crowded({ ground, machine: { neighbours } }: PlanInput, processes: number): string[] {
  if (ground.kind !== 'subnet' || processes ** 2 <= neighbours) return [];
  return [
    `${processes} containers, which all talk to one another, and the kernel keeps ${neighbours} hardware addresses for all of them: they will take minutes to come together; sysctl -w net.ipv4.neigh.default.gc_thresh3=65536 helps`,
  ];
}

/** Fallback places that are given but are no bootstrap node: without its hierarchy the network would fall apart. */
function strangers(fallback: readonly string[] | null, fixed: readonly PlannedNode[]): string[] {
  const known = new Set(fixed.map(placeOf));
  return (fallback ?? [])
    .filter((place) => !known.has(place))
    .map((place) => `FALLBACK_BOOTSTRAP_NODES: no bootstrap node of this network is at ${place}`);
}

/** The estimate of the memory may be off by a third: closer to the target nothing is said. */
const clearlyBeyond = 1.5;

/** What is known before anything is measured. */
function beyondTarget(workers: number, memoryBytes: number): string[] {
  const column = columnFor(workers);
  const { target } = targetOf('memory', column);
  if (target === null || memoryBytes <= clearlyBeyond * target) return [];
  return [
    `about ${formatBytes(memoryBytes)} of memory, the target for ${column} workers is ${formatBytes(target)}: cqkd verify will fail it; more nodes on a host need less`,
  ];
}

/** Limits that are no refusal. */
function beyondCores(limits: readonly Limit[]): string[] {
  const cores = limits.find(({ name }) => name === 'cores');
  if (!cores || cores.need <= cores.available) return [];
  return [
    `about ${cores.need.toFixed(1)} cores under the standard load, more than ${cores.available.toFixed(1)} of this machine: round trips will be slow, and cqkd verify may not be able to tell; fewer workers, more cores or no --density help`,
  ];
}

/** From this number of workers on it matters which Node.js hosts run on. */
const manyWorkers = 200;

function olderNode({ workers, machine }: PlanInput, load: LoadShape): string[] {
  if (workers < manyWorkers || isCurrent(machine.nodeVersion)) return [];
  const [now, then] = [coresNeeded(load, machine), coresNeeded(load, { ...machine, nodeVersion: '24' })];
  if (now === null || then === null) return [];
  return [
    `hosts run on Node.js ${machine.nodeVersion}: about ${now.toFixed(1)} cores under the standard load, ${then.toFixed(1)} with Node.js 24 (--node-binary PATH)`,
  ];
}

/** A process keeps the flags that it was started with. */
function otherHeaps({ previous }: PlanInput, { heap }: PlannedRuntime): string[] {
  if (!previous || previous.node.heap === heap) return [];
  return [
    'hosts that run keep the heaps of the size that they were started for: cqkd restart gives them those of the new size',
  ];
}
