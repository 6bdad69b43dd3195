import type { ContainerInfo } from 'dockerode';
import { agentKind, labelNames } from '../../compose/identity.js';
import type { Unit } from '../driver.js';
import { type CallOptions, call } from './engine/call.js';
import type { Engine } from './engine/engine.js';

/** A container of a network, as a list tells it. */
export interface NetworkContainer {
  id: string;
  /** Its name in the engine. */
  name: string;
  /** Of an agent its own name. */
  unit: string;
  kind: Unit['kind'] | typeof agentKind;
  /** Of the cut that an agent keeps up. */
  fault: string | undefined;
  /** When it was created. Seconds since 1970. */
  createdAt: number;
  /** On Docker networks, while it runs. */
  addresses: string[];
  /** In the engine's words: created, running, paused, restarting, removing, exited, dead. */
  state: string;
  /** Anonymous volumes among its mounts. */
  volumes: string[];
}

/** The container of a unit. */
export interface UnitContainer extends NetworkContainer {
  kind: Unit['kind'];
}

/** The containers of all units of a network, whatever their state; of some units only when they are named. */
export async function containersOf(
  engine: Engine,
  network: string,
  options: CallOptions & { units?: readonly string[] } = {},
): Promise<UnitContainer[]> {
  const containers = (await allContainersOf(engine, network, options)).filter(isOfUnit);
  if (!options.units) return containers;
  const wanted = new Set(options.units);
  return containers.filter(({ unit }) => wanted.has(unit));
}

/** All containers that carry the label of a network: those of its units, and agents. */
export async function allContainersOf(
  engine: Engine,
  network: string,
  options: CallOptions = {},
): Promise<NetworkContainer[]> {
  const found = await call(
    engine,
    'list containers',
    (abortSignal) =>
      engine.docker.listContainers({
        all: true,
        filters: { label: [`${labelNames.network}=${network}`] },
        abortSignal,
      }),
    options,
  );
  return found.map(networkContainer);
}

export function isOfUnit(container: NetworkContainer): container is UnitContainer {
  return container.kind !== agentKind;
}

/** Names of all networks that have containers on an engine. */
export async function namesByContainers(engine: Engine, options: CallOptions = {}): Promise<string[]> {
  const filters = { label: [labelNames.network] };
  const found = await call(
    engine,
    'list containers',
    (abortSignal) => engine.docker.listContainers({ all: true, filters, abortSignal }),
    options,
  );
  return found.flatMap(({ Labels }) => Labels[labelNames.network] ?? []);
}

/** Whether the process of a container is there. */
export function isAlive({ state }: Pick<NetworkContainer, 'state'>): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

function networkContainer(info: ContainerInfo): NetworkContainer {
  const { Id, Names, Labels, State, Mounts, Created, NetworkSettings } = info;
  const name = (Names[0] ?? Id).replace(/^\//, '');
  const kind = Labels[labelNames.kind];
  return {
    id: Id,
    name,
    unit: Labels[labelNames.host] ?? name,
    kind: kind === 'coordinator' || kind === agentKind ? kind : 'host',
    fault: Labels[labelNames.fault],
    createdAt: Created,
    addresses: Object.values(NetworkSettings?.Networks ?? {}).flatMap(({ IPAddress }) => IPAddress || []),
    state: State,
    volumes: (Mounts ?? []).flatMap(({ Type, Name }) =>
      Type === 'volume' && /^[0-9a-f]{64}$/.test(Name ?? '') ? [Name as string] : [],
    ),
  };
}
