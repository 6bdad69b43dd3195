import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError } from '../../errors.js';
import { type CallOptions, call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { EngineError } from './engine/engine-error.js';
import { inParallel } from './pool.js';
import { allContainersOf, containersOf, isOfUnit } from './unit-containers.js';

/** Removals at once; more are not faster on any number of cores, see docs/docker.md. */
const mostAtOnce = 16;
/** Containers that are still there after this time never go. */
const goneWithinMs = 120_000;
/** Between two looks for what somebody else is just removing, or has just started. */
const lookAgainMs = 100;

/**
 * Kills a container and removes it with its anonymous volumes; one that is gone is none to remove.
 *
 * @returns when the engine has it no more, also when another client removes it
 * @throws EngineError
 */
export async function removeContainer(
  engine: Engine,
  { id, name }: { id: string; name: string },
  options: CallOptions = {},
): Promise<void> {
  const container = engine.docker.getContainer(id);
  const remove = (abortSignal: AbortSignal) =>
    container.remove({ force: true, v: true, ...{ abortSignal } }).catch((error) => {
      if (!isUnderWay(error)) throw error;
      return container.wait({ condition: 'removed', abortSignal });
    });
  try {
    await call(engine, `remove ${name}`, remove, options);
  } catch (error) {
    if (!(error instanceof EngineError) || !error.isMissing) throw error;
  }
}

/** True while another client removes it; an engine does so by itself with an agent that ends. */
function isUnderWay(error: unknown): boolean {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  return statusCode === 409 && /removal of container .* is already in progress/i.test(message ?? '');
}

/**
 * Kills and removes containers of a network, until a list shows none of them any more.
 *
 * @param options.units only those of these units; by default all that carry the network's label, agents too
 * @returns names of the units that had a container
 * @throws EnvironmentError
 */
export async function removeContainers(
  engine: Engine,
  network: string,
  options: CallOptions & {
    units?: readonly string[];
    onRemoved?: (removed: number, total: number) => void;
  } = {},
): Promise<{ units: string[]; volumes: string[] }> {
  const units = new Set<string>();
  const volumes = new Set<string>();
  let removed = 0;
  const endsAt = performance.now() + goneWithinMs;
  for (let round = 0; performance.now() < endsAt; round++) {
    if (round > 1) await delay(lookAgainMs);
    const list = options.units ? containersOf : allContainersOf;
    const containers = await list(engine, network, options);
    if (containers.length === 0) return { units: [...units], volumes: [...volumes] };
    for (const { unit } of containers.filter(isOfUnit)) units.add(unit);
    for (const volume of containers.flatMap((each) => each.volumes)) volumes.add(volume);
    await inParallel(containers, mostAtOnce, async (container) => {
      await removeContainer(engine, container, options);
      removed = Math.min(removed + 1, units.size);
      options.onRemoved?.(removed, units.size);
    });
  }
  throw new EnvironmentError(
    `Containers of network ${network} are still there ${goneWithinMs / 1000} s after they were told to go: see docker ps -a --filter label=io.cqkd.network=${network}`,
  );
}
