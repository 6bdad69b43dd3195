import {
  type BootstrapReport,
  type HostView,
  type NetworkView,
  type NodeReport,
  regionsOf,
  type Tier,
  tiersOf,
} from '@cqkd/node/control';
import { CoordinatorClient } from '../coordinator-client/coordinator-client.js';
import { allNetworks, driversOf, runsWithoutState } from '../drivers/all-networks.js';
import type { UnitView } from '../drivers/driver.js';
import { messageOf } from '../errors.js';
import { type Deployment, type DeploymentState, readDeployment, readToken } from '../state/deployment.js';
import { isLocked } from '../state/lock.js';
import { networkExists } from '../state/networks.js';
import { networkPaths, requireNetworkName } from '../state/paths.js';
import { existingPaths } from './network-handle.js';
import { coordinatorUnit } from './plan-units.js';

/**
 * `ready` all nodes take part; `starting` not yet; `degraded` some are lost; `unreachable` the coordinator is dead
 * or silent; `interrupted` a deploy or scale was killed; `dead` nothing runs any more; `corrupt` the state can't be read.
 */
export type StatusState = NetworkView['state'] | 'unreachable' | 'interrupted' | 'dead' | 'corrupt';

export interface HostStatus {
  name: string;
  /** Tiers of its nodes, each once. */
  tiers: Tier[];
  regions: string[];
  /** `up`; `lost` = it runs but does not report; `dead` = its process is gone; `unknown` = it runs, and there is no coordinator to ask. */
  state: 'up' | 'lost' | 'dead' | 'unknown';
  nodes: Pick<NodeReport, 'name' | 'id' | 'address' | 'port' | 'tier' | 'region' | 'state'>[];
}

export interface NetworkStatus {
  network: string;
  driver: string;
  state: StatusState;
  topology: string | null;
  workers: number | null;
  coordinator: { url: string | null; state: 'up' | 'silent' | 'dead' };
  tiers: NetworkView['tiers'];
  bootstrapSeconds: number | null;
  /** Health and load of the bootstrap nodes; null where there is no coordinator to ask. */
  bootstrap: BootstrapReport | null;
  hosts: HostStatus[];
  /** What is wrong, one line. */
  note?: string;
}

/** The `--json` of status. */
export interface StatusResult {
  networks: NetworkStatus[];
}

export interface StatusOptions {
  root: string;
  /** By default all networks. */
  network?: string | undefined;
  signal: AbortSignal;
}

/** Tells the truth about networks: what their coordinators say, checked against what really runs. */
export async function status({ root, network, signal }: StatusOptions): Promise<StatusResult> {
  const names = network === undefined ? await allNetworks(root) : [network];
  if (network !== undefined && !networkExists(networkPaths(root, requireNetworkName(network)))) {
    if (!(await runsWithoutState(root, network))) existingPaths(root, network);
  }
  const statuses = names.map((name) => statusOf(root, name, signal));
  return { networks: await Promise.all(statuses) };
}

async function statusOf(root: string, network: string, signal: AbortSignal): Promise<NetworkStatus> {
  const paths = networkPaths(root, network);
  let deployment: Deployment | undefined;
  let note: string | undefined;
  try {
    deployment = readDeployment(paths);
  } catch (error) {
    note = messageOf(error);
  }
  let units: UnitView[] = [];
  let driverName = deployment?.driver ?? 'process';
  try {
    for (const driver of await driversOf(root, paths, deployment)) {
      const found = await driver.inspect({ tolerant: true });
      if (found.length > 0) driverName = driver.name;
      units = [...units, ...found];
    }
  } catch (error) {
    note = messageOf(error);
  }
  if (!deployment) return withoutPlan(network, driverName, units, note, isLocked(root, network));
  const running = new Set(units.filter((unit) => unit.state === 'running').map((unit) => unit.name));
  const alive = running.has(coordinatorUnit);
  let view: NetworkView | undefined;
  if (alive) {
    try {
      const client = new CoordinatorClient({ url: deployment.coordinatorUrl, token: readToken(paths) });
      view = await client.network(signal);
    } catch (error) {
      signal.throwIfAborted();
      note = messageOf(error);
    }
  }
  const planned = new Set(deployment.plan.hosts.map((spec) => spec.name));
  // A command that was killed may have started hosts that no plan has.
  const unplanned = (view?.hosts ?? []).filter(({ name }) => running.has(name) && !planned.has(name));
  const placed = deployment.plan.hosts.map((host) => ({
    name: host.name,
    tiers: tiersOf(host),
    regions: regionsOf(host),
  }));
  const hosts = [...placed, ...unplanned].map((host) => hostStatus(host, view, running.has(host.name)));
  const underWay = isLocked(root, network);
  const leftOver = unplanned.length > 0 && !underWay;
  if (deployment.change && !underWay) {
    note ??= `unfinished: ${deployment.change.what}; the same command again ends it, cqkd flags shows the hosts`;
  }
  return {
    network,
    driver: deployment.driver,
    state: leftOver ? 'interrupted' : stateOf(deployment.state, underWay, view, hosts),
    topology: deployment.plan.topology,
    workers: deployment.plan.workers,
    coordinator: { url: deployment.coordinatorUrl, state: view ? 'up' : alive ? 'silent' : 'dead' },
    tiers: view?.tiers ?? {},
    bootstrapSeconds: view?.bootstrapSeconds ?? null,
    bootstrap: view?.bootstrap ?? null,
    hosts,
    ...(note !== undefined && { note }),
  };
}

/** @param underWay whether a command is at work on it */
function stateOf(
  deployed: DeploymentState,
  underWay: boolean,
  view: NetworkView | undefined,
  hosts: readonly HostStatus[],
): StatusState {
  const broken = hosts.some((host) => host.state === 'dead' || host.state === 'unknown');
  if (deployed !== 'up' && broken) return underWay ? 'starting' : 'interrupted';
  if (hosts.every((host) => host.state === 'dead')) return 'dead';
  if (!view) return 'unreachable';
  return view.state === 'ready' && hosts.some((host) => host.state !== 'up') ? 'degraded' : view.state;
}

function hostStatus(
  { name, tiers, regions }: Pick<HostView, 'name' | 'tiers' | 'regions'>,
  view: NetworkView | undefined,
  runs: boolean,
): HostStatus {
  const seen = view?.hosts.find((host) => host.name === name);
  const state = runs ? runningState(view, seen) : 'dead';
  const nodes = (seen?.nodes ?? []).map(({ name, id, address, port, tier, region, state: nodeState }) => ({
    name,
    id,
    address,
    port,
    tier,
    region,
    state: runs ? nodeState : ('left' as const),
  }));
  return { name, tiers, regions, state, nodes };
}

function runningState(view: NetworkView | undefined, seen: HostView | undefined): HostStatus['state'] {
  if (!view) return 'unknown';
  return seen?.state === 'up' ? 'up' : 'lost';
}

function withoutPlan(
  network: string,
  driver: string,
  units: readonly UnitView[],
  note: string | undefined,
  underWay: boolean,
): NetworkStatus {
  const alive = units.some((unit) => unit.name === coordinatorUnit && unit.state === 'running');
  return {
    network,
    driver,
    state: note !== undefined ? 'corrupt' : underWay ? 'starting' : 'interrupted',
    topology: null,
    workers: null,
    coordinator: { url: null, state: alive ? 'silent' : 'dead' },
    tiers: {},
    bootstrapSeconds: null,
    bootstrap: null,
    hosts: [],
    ...(note !== undefined && { note }),
  };
}
