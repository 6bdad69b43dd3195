import { type CoordinatorSpec, type Settings, type Tier, tiersOf } from '@cqkd/node/control';
import { UsageError } from '../errors.js';
import { parseGivenSettings } from '../settings/given-settings.js';
import { type BootstrapNodes, flatBootstrap, givenPlace, tieredBootstrap } from './bootstrap-nodes.js';
import { coordinatorCandidates } from './candidates.js';
import { coordinatorAddress, portOffsetOf } from './ground.js';
import { type HostFrame, hostSpec } from './hosts.js';
import { checkLimits, memoryOf, requireFit, type Shape } from './limits.js';
import { heapFor, minRoomyNodes, type PlannedRuntime } from './node-flags.js';
import { notesOn } from './notes.js';
import { countHosts, type Packing, packHosts, workersPerHost } from './pack-hosts.js';
import { placeHosts } from './place-hosts.js';
import type { Plan, PlanInput, TierPlan, Topology } from './plan.js';
import { type PlannedNode, placeOf } from './planned-node.js';
import { previousNodes } from './previous.js';
import { ringsOf } from './ring.js';
import { endpoints, type PlanTier, regions, tierOrder } from './tiers.js';
import { type BootstrapCounts, bootstrapCounts, connectionsOf, ratioOf, topologyOf } from './topology.js';
import { wireWorkers } from './wiring.js';
import { checkReserved, spareSpaces, type WorkerPorts, workerPlace, workerPorts } from './worker-places.js';

/**
 * Computes a whole deployment from what was asked for and from the machine; the same input gives the same plan.
 *
 * @throws UsageError when the settings contradict each other, or the machine can't hold it
 */
export function createPlan(input: PlanInput): Plan {
  const settings = parseGivenSettings(input.settings);
  const topology = input.previous?.topology ?? topologyOf(input.topology, settings);
  checkGround(input, settings);
  const shape = (workers: number) => shapeOf(workers, topology, input, settings);
  const node = runtimeFor(shape(input.workers), input);
  const limits = checkLimits(input.workers, input.machine, input.ground, shape);
  requireFit(input.workers, limits);

  const previous = previousNodes(input.previous);
  const { ground } = input;
  const address = coordinatorAddress(ground);
  const counts = countsFor(input.workers, topology, input, settings);
  const bootstrap = bootstrapNodes(topology, counts, input, settings);
  const endpointNodes = planEndpoints(bootstrap, fixedPlaces(input));
  const ports = workerPorts(input.workers, settings, input.settings, ground);
  const fixed = [...bootstrap.super, ...bootstrap.regional, ...bootstrap.local, ...endpointNodes];
  checkReserved(
    ports,
    fixed.map((node) => node.port),
  );

  const names = Array.from({ length: input.workers }, (_, index) => workerName(index + 1));
  const parents = wireWorkers(names, bootstrap, endpointNodes, previous);
  const workers = names.map((name, index): PlannedNode => {
    const parent = parents[index] as PlannedNode;
    const place = workerPlace(index + 1, ports, ground);
    return { name, tier: 'worker', region: parent.region, ...place, parent, connections: 0 };
  });
  const nodes = [...fixed, ...workers];
  const given = givenFallback(input, settings);
  const fallback = given?.map((place) => placeOf(givenPlace(place))) ?? null;
  const rings = ringsOf(bootstrap);
  const packed = packHosts(nodes, rings, packingOf(input, ports), previous);
  if (ground.kind === 'subnet') placeHosts(packed, ground.cidr, ports, previous);
  const frame: HostFrame = {
    network: input.network,
    coordinator: `http://${address}:${input.coordinatorPort}`,
    settings: { ...input.settings },
    ports: spareSpaces(workers, ports),
    fallback,
  };
  const hosts = packed.map((host) => hostSpec(host, rings, frame));
  const tiers = tierOrder.map((tier) => tierPlan(tier, nodes, hosts)).filter((tier) => tier.nodes > 0);
  const memoryBytes = memoryOf(shape(input.workers), ground, node);
  const bootstraps = counts.super + counts.regional + counts.local;
  const ratio = ratioOf(input.workers, bootstraps, settings.enable_bootstrap_load_balancing);
  return {
    network: input.network,
    workers: input.workers,
    topology,
    settings: { ...input.settings },
    seed: input.seed,
    density: input.density ?? null,
    node,
    ground,
    tiers,
    hosts,
    coordinator: coordinatorSpec(input, rings, tiers),
    ports: {
      bootstrap: fixed.filter((node) => node.tier !== 'endpoint').map((node) => node.port),
      workers: { min: ports.min, max: ports.max },
      endpoints: endpointNodes.map((node) => node.port),
    },
    bootstraps,
    nodes: nodes.length,
    ratio,
    memoryBytes,
    limits,
    notes: notesOn({
      input,
      topology,
      ports,
      workers,
      fixed,
      fallback,
      memoryBytes,
      processes: hosts.length + 1,
      limits,
      load: { nodes: nodes.length, busyHosts: hosts.length - counts.super },
      node,
    }),
  };
}

/** Name of worker `number` (1 and up). */
export function workerName(number: number): string {
  return `worker-${String(number).padStart(4, '0')}`;
}

/** Roomy heaps where the memory target and the free memory leave room for them. */
function runtimeFor(shape: Shape, { workers, machine, ground }: PlanInput): PlannedRuntime {
  const { nodeVersion: version, memoryBytes } = machine;
  if (shape.nodesPerHost < minRoomyNodes) return { version, heap: 'lean' };
  const roomyBytes = memoryOf(shape, ground, { version, heap: 'roomy' });
  return { version, heap: heapFor(workers, roomyBytes, memoryBytes) };
}

/** Settings whose places the plan decides where each host has an address of its own. */
const givenPlaces = ['super_bootstrap_nodes', 'fallback_bootstrap_nodes'];

function checkGround({ machine, workers, ground, settings: given }: PlanInput, settings: Settings): void {
  if (ground.kind === 'subnet') {
    const name = givenPlaces.find((each) => Object.hasOwn(given, each));
    if (name === undefined) return;
    throw new UsageError(
      `${name.toUpperCase()} can't be given for containers, which get their addresses from the plan: leave it out`,
    );
  }
  if (settings.enable_dynamic_ports || workers === 1 || ground.block.addresses > 1) return;
  throw new UsageError(
    `ENABLE_DYNAMIC_PORTS=false needs a loopback address for each worker, which ${machine.platform} does not have: leave it true`,
  );
}

/** A target size that was given is what the tiers are made for. */
function countsFor(
  workers: number,
  topology: Topology,
  input: PlanInput,
  settings: Settings,
): BootstrapCounts {
  const target = Object.hasOwn(input.settings, 'target_nodes') ? settings.target_nodes : 0;
  return bootstrapCounts(topology, Math.max(workers, target), settings);
}

function bootstrapNodes(topology: Topology, counts: BootstrapCounts, input: PlanInput, settings: Settings) {
  const places = fixedPlaces(input);
  const previous = previousNodes(input.previous);
  if (topology === 'tiered') {
    return tieredBootstrap(counts, { ...places, given: settings.super_bootstrap_nodes }, previous);
  }
  const given = topology === 'legacy' ? givenFallback(input, settings) : null;
  return flatBootstrap(counts.super, { ...places, given });
}

/** Where bootstrap nodes and endpoints are; in a subnet their hosts will have addresses. */
function fixedPlaces({ ground }: PlanInput): { address: string; portOffset: number } {
  const address = ground.kind === 'loopback' ? coordinatorAddress(ground) : '';
  return { address, portOffset: portOffsetOf(ground) };
}

/** The default names the first network's; it is not meant for others. */
function givenFallback(input: PlanInput, settings: Settings): Settings['fallback_bootstrap_nodes'] | null {
  return Object.hasOwn(input.settings, 'fallback_bootstrap_nodes') ? settings.fallback_bootstrap_nodes : null;
}

function planEndpoints(
  bootstrap: BootstrapNodes,
  { address, portOffset }: { address: string; portOffset: number },
): PlannedNode[] {
  const parents = bootstrap.regional.length > 0 ? bootstrap.regional : bootstrap.super;
  return endpoints.map(({ name, port }, index): PlannedNode => {
    const parent = parents[index % parents.length] as PlannedNode;
    return {
      name,
      tier: 'endpoint',
      region: parent.region,
      address,
      port: port + portOffset,
      parent,
      connections: 0,
    };
  });
}

/** Sizes alone, for the limits: cheap for any number of workers. */
function shapeOf(workers: number, topology: Topology, input: PlanInput, settings: Settings): Shape {
  const counts = countsFor(workers, topology, input, settings);
  const bootstraps = counts.super + counts.regional + counts.local;
  const inUse = topology === 'tiered' ? Math.min(regions.length, counts.regional || counts.super) : 1;
  const { ground } = input;
  const ports = workerPorts(workers, settings, input.settings, ground);
  const { hosts, nodesPerHost } = countHosts(counts, workers, inUse, packingOf(input, ports));
  return {
    workers,
    nodes: bootstraps + endpoints.length + workers,
    processes: counts.super + hosts + 1,
    busyHosts: hosts,
    nodesPerHost,
    connections:
      topology === 'tiered'
        ? {
            available: connectionsOf(counts),
            need: workers + counts.regional + counts.local + endpoints.length,
          }
        : null,
    workerPorts: {
      perAddress: ports.perAddress,
      addresses: ground.kind === 'loopback' ? ground.block.addresses : Number.POSITIVE_INFINITY,
      range: `${ports.min}-${ports.max}`,
    },
  };
}

function packingOf({ machine: { cores }, density, ground }: PlanInput, ports: WorkerPorts): Packing {
  return { cores, density, maxWorkers: workersPerHost(ports, ground) };
}

function tierPlan(tier: PlanTier, nodes: readonly PlannedNode[], hosts: Plan['hosts']): TierPlan {
  const own = nodes.filter((node) => node.tier === tier);
  const ports = own.map((node) => node.port);
  const capacity = own.reduce((sum, node) => sum + node.connections, 0);
  return {
    tier,
    nodes: own.length,
    hosts: hosts.filter((host) => tiersOf(host).includes(tier)).length,
    ports: {
      min: ports.reduce((a, b) => Math.min(a, b), 65_535),
      max: ports.reduce((a, b) => Math.max(a, b), 0),
    },
    capacity: capacity > 0 && Number.isFinite(capacity) ? capacity : null,
  };
}

function coordinatorSpec(
  input: PlanInput,
  rings: BootstrapNodes,
  tiers: readonly TierPlan[],
): CoordinatorSpec {
  const { ground, coordinatorPort: port } = input;
  const address = coordinatorAddress(ground);
  const expected: Partial<Record<Tier, number>> = {};
  for (const { tier, nodes } of tiers) expected[tier] = nodes;
  return {
    network: input.network,
    // In a subnet it is reached from outside as well, by a port that is published.
    control: { address: ground.kind === 'subnet' ? '0.0.0.0' : address, port },
    address,
    port: 0,
    candidates: coordinatorCandidates(rings),
    expected,
    settings: { ...input.settings },
    seed: input.seed,
  };
}
