import type { ContainerStats } from 'dockerode';
import type { UnitStats } from '../driver.js';
import { call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { EngineError } from './engine/engine-error.js';
import { inParallel } from './pool.js';
import { containersOf, isAlive } from './unit-containers.js';

/** Containers that are asked about at once: an engine measures all of them together, once a second. */
const mostAtOnce = 250;

/** The part of the engine's figures that is used, as both versions of control groups tell it. */
export interface MemoryFigures {
  usage?: number;
  stats?: Partial<Record<'total_cache' | 'cache' | 'file' | 'shmem', number>>;
}

/** Load of all running units of a network, as their control groups count it. */
export async function unitStats(engine: Engine, network: string): Promise<UnitStats[]> {
  const running = (await containersOf(engine, network)).filter(isAlive);
  const stats = await inParallel(running, mostAtOnce, async ({ id, name, unit, kind }) => {
    const figures = await figuresOf(engine, id, name);
    const memoryBytes = figures && memoryOf(figures.memory_stats as MemoryFigures);
    // A container that has just ended has no figures any more.
    if (!figures || memoryBytes === undefined) return [];
    return [{ name: unit, kind, memoryBytes, cpuSeconds: figures.cpu_stats.cpu_usage.total_usage / 1e9 }];
  });
  return stats.flat();
}

/**
 * Memory of processes and of the kernel for them, without the page cache; undefined when there are no figures. Bytes.
 *
 * The page cache of files is shared by all containers and charged to the first that reads them. In version 2 files
 * in memory (tmpfs) count as cache as well, but can't be given back; version 1 does not tell them apart.
 */
export function memoryOf({ usage, stats = {} }: MemoryFigures): number | undefined {
  if (usage === undefined || usage === 0) return undefined;
  const cache = stats.total_cache ?? stats.cache ?? (stats.file ?? 0) - (stats.shmem ?? 0);
  return Math.max(0, usage - cache);
}

async function figuresOf(engine: Engine, id: string, name: string): Promise<ContainerStats | undefined> {
  try {
    return await call(engine, `measure ${name}`, (abortSignal) =>
      // One-shot: without a second sample, for which the engine would wait a second longer.
      engine.docker.getContainer(id).stats({ stream: false, 'one-shot': true, ...{ abortSignal } }),
    );
  } catch (error) {
    if (error instanceof EngineError && (error.isMissing || error.statusCode === 409)) return undefined;
    throw error;
  }
}
