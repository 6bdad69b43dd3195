import type { AgentTarget } from '@cqkd/node/control';
import type { KernelCut } from '../../driver.js';
import { call } from '../engine/call.js';
import type { Engine } from '../engine/engine.js';
import { EngineError } from '../engine/engine-error.js';
import { inParallel } from '../pool.js';
import { containersOf, isAlive, type UnitContainer } from '../unit-containers.js';

/** Containers that are looked at at once. */
const mostAtOnce = 32;

/** Containers of the network that run, as an agent finds them. Nothing without the network's label is among them. */
export async function targetsOf(
  engine: Engine,
  network: string,
  options: { addresses?: ReadonlySet<string>; signal?: AbortSignal | undefined } = {},
): Promise<AgentTarget[]> {
  const { addresses: wanted, signal } = options;
  const running = (await containersOf(engine, network, { signal })).filter(isAlive);
  const concerned = wanted
    ? running.filter(({ addresses }) => addresses.some((address) => wanted.has(address)))
    : running;
  const targets = await inParallel(concerned, mostAtOnce, async (container) => {
    const pid = await pidOf(engine, container, signal);
    if (pid === undefined) return [];
    const { id, unit, addresses } = container;
    return [{ name: unit, containerId: id, pid, addresses }];
  });
  return targets.flat();
}

/** Those of a list whose containers run on with the process by which they were to be found. */
export async function stillThere(
  engine: Engine,
  targets: readonly AgentTarget[],
  signal?: AbortSignal,
): Promise<AgentTarget[]> {
  const found = await inParallel(targets, mostAtOnce, async (target) => {
    const container = { id: target.containerId, name: target.name };
    return (await pidOf(engine, container, signal)) === target.pid ? [target] : [];
  });
  return found.flat();
}

/** Addresses on which somebody is to hear less. */
export function deafAddresses({ groups, deaf }: Pick<KernelCut, 'groups' | 'deaf'>): Set<string> {
  const concerned = [...new Set(deaf.map(([to]) => to))];
  const places = concerned.flatMap((index) => groups[index] ?? []);
  return new Set(places.map((place) => place.slice(0, place.lastIndexOf(':'))));
}

/** Of its first process; undefined when it has ended. */
async function pidOf(
  engine: Engine,
  { id, name }: Pick<UnitContainer, 'id' | 'name'>,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    const look = () => engine.docker.getContainer(id).inspect();
    const { State } = await call(engine, `look at ${name}`, look, { signal });
    return State.Running && State.Pid > 0 ? State.Pid : undefined;
  } catch (error) {
    if (error instanceof EngineError && error.isMissing) return undefined;
    throw error;
  }
}
