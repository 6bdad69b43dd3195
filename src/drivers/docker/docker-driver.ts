import type { Container } from 'dockerode';
import type { Service } from '../../compose/service.js';
import { EnvironmentError } from '../../errors.js';
import type {
  Driver,
  KernelFilter,
  RecoveredNetwork,
  Unit,
  UnitExit,
  UnitStats,
  UnitView,
} from '../driver.js';
import { DockerKernelFilter } from './agent/kernel-filter.js';
import { removeAll } from './clean-up.js';
import { type CallOptions, call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { EngineError } from './engine/engine-error.js';
import { Exits } from './exits.js';
import { removeUntagged } from './image/left-overs.js';
import { follow, lastLines } from './logs.js';
import { inParallel } from './pool.js';
import { recoverNetwork } from './recover.js';
import { removeContainers } from './remove.js';
import { startContainer, startUnit } from './start-unit.js';
import { unitStats } from './stats.js';
import { containersOf, isAlive, type UnitContainer } from './unit-containers.js';

/** Starts at once for each processor of the engine, and bounds of that. */
const startsPerCpu = 4;
const leastStarts = 4;
const mostStarts = 24;
/** Containers that are asked to end at once; they only wait. */
const mostStops = 100;
/** Time for the engine beyond the grace that a container has. */
const stopOverheadMs = 60_000;

export interface DockerDriverInit {
  engine: Engine;
  /** Name of the network, not of the Docker network. */
  network: string;
  /** The container of a unit. @throws UsageError */
  serviceOf: (unit: Unit, token: string) => Service;
  /** Id of the image that the network was made from: it goes with it when it has no name any more. */
  image?: string | undefined;
}

export interface StartOptions {
  signal?: AbortSignal;
  /** Told after each unit. */
  onStarted?: (started: number) => void;
}

/**
 * Runs each unit as a container of a Docker Engine.
 *
 * It keeps nothing: what belongs to the network says so by its labels, and nothing else is touched.
 */
export class DockerDriver implements Driver {
  readonly name = 'docker';
  readonly unitName = 'container';
  readonly kernel: KernelFilter;
  readonly #engine: Engine;
  readonly #network: string;
  readonly #serviceOf: DockerDriverInit['serviceOf'];
  readonly #image: string | undefined;
  readonly #listeners = new Set<(exit: UnitExit) => void>();
  readonly #exits: Exits;

  constructor({ engine, network, serviceOf, image }: DockerDriverInit) {
    this.#engine = engine;
    this.#network = network;
    this.kernel = new DockerKernelFilter({ engine, network });
    this.#serviceOf = serviceOf;
    this.#image = image;
    const tell = (exit: UnitExit) => {
      for (const listener of this.#listeners) listener(exit);
    };
    this.#exits = new Exits({ engine, network, tell });
  }

  /** The Docker network must be there: see `claimNetwork`. */
  async start(units: readonly Unit[], token: string, options: StartOptions = {}): Promise<void> {
    const { signal, onStarted } = options;
    const engine = this.#engine;
    // Templates are read for all units first: a mistake in one shows before anything runs.
    const containers = units.map((unit) => ({ unit, service: this.#serviceOf(unit, token) }));
    let started = 0;
    await inParallel(containers, this.#atOnce, async ({ unit, service }) => {
      const onCreated = (id: string) => this.#exits.watch(id, unit.name);
      await startUnit(unit, service, { engine, network: this.#network, signal, onCreated });
      onStarted?.(++started);
    });
  }

  /** Ends that were not asked for: what `stop` and `kill` end is not told. */
  onExit(listener: (exit: UnitExit) => void): () => void {
    this.#listeners.add(listener);
    this.#exits.open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#exits.close();
    };
  }

  /** Ends containers as `docker stop` does, with their own stop signal, and removes them. */
  async stop(names: readonly string[], options: { graceMs: number; signal?: AbortSignal }): Promise<void> {
    const { graceMs, signal } = options;
    // The engine counts in seconds, and kills at once when there are none.
    const t = Math.max(1, Math.ceil(graceMs / 1000));
    this.#exits.forget(names);
    const alive = (await this.#containers(names)).filter(isAlive);
    try {
      await inParallel(alive, mostStops, (container) =>
        this.#do('stop', container, (abortSignal) => this.#of(container).stop({ t, abortSignal }), {
          signal,
          timeoutMs: graceMs + stopOverheadMs,
        }),
      );
    } catch (error) {
      // Who is in a hurry does not wait for the grace to end.
      if (!signal?.aborted) throw error;
    }
    await this.kill(names);
  }

  async kill(names: readonly string[]): Promise<void> {
    this.#exits.forget(names);
    await removeContainers(this.#engine, this.#network, { units: names });
  }

  /** Removes everything that the engine has of the network: containers, volumes, the Docker network. */
  async removeAll(options: Parameters<typeof removeAll>[2] = {}): Promise<string[]> {
    this.#exits.forgetAll();
    const removed = await removeAll(this.#engine, this.#network, options);
    if (this.#image !== undefined) await removeUntagged(this.#engine, this.#image);
    return removed;
  }

  /** The engine has no records that could be corrupt. */
  async inspect(): Promise<UnitView[]> {
    const containers = await containersOf(this.#engine, this.#network);
    return containers.map((container) => ({
      name: container.unit,
      kind: container.kind,
      state: isAlive(container) ? 'running' : container.state === 'created' ? 'starting' : 'dead',
      pid: null,
      ...(container.state === 'paused' && { paused: true }),
    }));
  }

  stats(): Promise<UnitStats[]> {
    return unitStats(this.#engine, this.#network);
  }

  lastLines(name: string, count: number): Promise<string[]> {
    return lastLines(this.#engine, this.#network, name, count);
  }

  follow(names: readonly string[], signal: AbortSignal): AsyncIterable<{ name: string; line: string }> {
    return follow(this.#engine, this.#network, names, signal);
  }

  /** Freezes units where they are; one that is frozen already stays so. @throws EnvironmentError */
  async pause(names: readonly string[], options: CallOptions = {}): Promise<void> {
    await this.#each(names, 'pause', options, (container) => container.pause());
  }

  /** Lets frozen units go on; one that runs just runs, and one that is not there is no failure. @throws EnvironmentError */
  async unpause(names: readonly string[], options: CallOptions = {}): Promise<void> {
    const containers = await this.#containers(names);
    await inParallel(containers, this.#atOnce, (container) =>
      this.#do('unpause', container, () => this.#of(container).unpause(), options),
    );
  }

  /** Kills units and keeps their containers; one that is dead or not there is no failure. @throws EnvironmentError */
  async crash(names: readonly string[], options: CallOptions = {}): Promise<void> {
    this.#exits.forget(names);
    const alive = (await this.#containers(names)).filter(isAlive);
    await inParallel(alive, mostStops, (container) =>
      this.#do('kill', container, () => this.#of(container).kill().catch(unlessDead), options),
    );
  }

  /** Starts units again, in their own containers where those are left; what runs is left alone. @throws EnvironmentError */
  async revive(units: readonly Unit[], token: string, options: StartOptions = {}): Promise<void> {
    const containers = await this.#containers(units.map(({ name }) => name));
    const byUnit = new Map(containers.map((container) => [container.unit, container]));
    const dead = units.filter(({ name }) => byUnit.get(name)?.state === 'exited');
    const missing = units.filter(({ name }) => {
      const container = byUnit.get(name);
      return !container || (!isAlive(container) && container.state !== 'exited');
    });
    await inParallel(dead, this.#atOnce, async (unit) => {
      const container = byUnit.get(unit.name) as UnitContainer;
      this.#exits.watch(container.id, unit.name);
      const service = this.#serviceOf(unit, token);
      await startContainer(container, service, { engine: this.#engine, signal: options.signal });
    });
    await this.start(missing, token, options);
  }

  recover(): Promise<RecoveredNetwork | undefined> {
    return recoverNetwork(this.#engine, this.#network);
  }

  /** Kills units and starts them again in the same containers; their next ends are not told. @throws EnvironmentError */
  async restart(names: readonly string[], options: CallOptions = {}): Promise<void> {
    this.#exits.forget(names);
    await this.#each(names, 'restart', options, (container) => container.restart({ t: 0 }));
  }

  async #each(
    names: readonly string[],
    doing: string,
    options: CallOptions,
    work: (container: Container) => Promise<unknown>,
  ): Promise<void> {
    const containers = await this.#containers(names);
    const missing = names.find((name) => !containers.some(({ unit }) => unit === name));
    if (missing !== undefined) {
      throw new EnvironmentError(
        `Host ${missing} of network ${this.#network} has no container: can't ${doing} it`,
      );
    }
    await inParallel(containers, this.#atOnce, (container) =>
      this.#do(doing, container, () => work(this.#of(container)), options),
    );
  }

  /** Does something with a container; that it is as it should be already, or gone, is no failure. */
  async #do(
    doing: string,
    { name }: UnitContainer,
    work: (abortSignal: AbortSignal) => Promise<unknown>,
    options: CallOptions,
  ): Promise<void> {
    try {
      await call(this.#engine, `${doing} ${name}`, work, options);
    } catch (error) {
      if (!(error instanceof EngineError) || !isDone(error)) throw error;
    }
  }

  #of({ id }: UnitContainer): Container {
    return this.#engine.docker.getContainer(id);
  }

  #containers(units: readonly string[]): Promise<UnitContainer[]> {
    return containersOf(this.#engine, this.#network, { units });
  }

  get #atOnce(): number {
    return Math.min(mostStarts, Math.max(leastStarts, this.#engine.cpus * startsPerCpu));
  }
}

function isDone({ isMissing, statusCode, reason }: EngineError): boolean {
  return isMissing || statusCode === 304 || /is already paused|is not paused/i.test(reason);
}

/** That it does not run any more is what was wanted. */
function unlessDead(error: { statusCode?: number }): void {
  if (error.statusCode !== 409) throw error;
}
