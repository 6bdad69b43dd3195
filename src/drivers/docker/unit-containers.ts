import type { ContainerInfo } from 'dockerode';
import { labelNames } from '../../compose/identity.js';
import type { Unit } from '../driver.js';
import { type CallOptions, call } from './engine/call.js';
import type { Engine } from './engine/engine.js';

/** The container of a unit, as a list tells it. */
export interface UnitContainer {
  id: string;
  /** Its name in the engine. */
  name: string;
  unit: string;
  kind: Unit['kind'];
  /** In the engine's words: created, running, paused, restarting, removing, exited, dead. */
  state: string;
  /** Anonymous volumes among its mounts. */
  volumes: string[];
}

/** All containers that carry the label of a network, whatever their state; of some units only when they are named. */
export async function containersOf(
  engine: Engine,
  network: string,
  options: CallOptions & { units?: readonly string[] } = {},
): Promise<UnitContainer[]> {
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
  const containers = found.map(unitContainer);
  if (!options.units) return containers;
  const wanted = new Set(options.units);
  return containers.filter(({ unit }) => wanted.has(unit));
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
export function isAlive({ state }: Pick<UnitContainer, 'state'>): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

function unitContainer({ Id, Names, Labels, State, Mounts }: ContainerInfo): UnitContainer {
  const name = (Names[0] ?? Id).replace(/^\//, '');
  const kind = Labels[labelNames.kind];
  return {
    id: Id,
    name,
    unit: Labels[labelNames.host] ?? name,
    kind: kind === 'coordinator' ? kind : 'host',
    state: State,
    volumes: (Mounts ?? []).flatMap(({ Type, Name }) =>
      Type === 'volume' && /^[0-9a-f]{64}$/.test(Name ?? '') ? [Name as string] : [],
    ),
  };
}
