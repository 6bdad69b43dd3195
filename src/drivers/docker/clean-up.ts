import { labelNames } from '../../compose/identity.js';
import { namePattern } from '../../state/paths.js';
import { type CallOptions, call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { EngineError } from './engine/engine-error.js';
import { namesByNetworks, releaseNetwork } from './network.js';
import { removeContainers } from './remove.js';
import { allContainersOf, namesByContainers } from './unit-containers.js';

/** Names of all networks of cqkd that an engine has something of, with or without a state folder. */
export async function networksOnEngine(engine: Engine, signal?: AbortSignal): Promise<string[]> {
  const [containers, networks] = await Promise.all([
    namesByContainers(engine, { signal }),
    namesByNetworks(engine, signal),
  ]);
  return [...new Set([...containers, ...networks])].filter((name) => namePattern.test(name)).sort();
}

/**
 * Removes everything that carries the label of a network: containers in any state, volumes, the Docker network.
 *
 * @returns names of the units that had a container
 * @throws EnvironmentError when something can't be removed
 */
export async function removeAll(
  engine: Engine,
  network: string,
  options: { signal?: AbortSignal; onRemoved?: (removed: number, total: number) => void } = {},
): Promise<string[]> {
  const removed = new Set<string>();
  // A command that was killed may start a container in its last moment.
  do {
    const { units, volumes } = await removeContainers(engine, network, options);
    for (const unit of units) removed.add(unit);
    await removeVolumes(engine, network, volumes, options);
    await releaseNetwork(engine, network, options.signal);
  } while ((await allContainersOf(engine, network, options)).length > 0);
  return [...removed].sort();
}

/** Volumes that carry the label, and anonymous ones of removed containers that the engine has kept. */
async function removeVolumes(
  engine: Engine,
  network: string,
  anonymous: readonly string[],
  options: CallOptions,
): Promise<void> {
  const filters = JSON.stringify({ label: [`${labelNames.network}=${network}`] });
  const { Volumes } = await call(
    engine,
    'list volumes',
    () => engine.docker.listVolumes({ filters }),
    options,
  );
  for (const name of [...(Volumes ?? []).map((volume) => volume.Name), ...anonymous]) {
    try {
      await call(engine, `remove the volume ${name}`, () => engine.docker.getVolume(name).remove(), options);
    } catch (error) {
      if (!(error instanceof EngineError) || !error.isMissing) throw error;
    }
  }
}
