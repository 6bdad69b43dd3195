import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { labelNames } from '../../compose/identity.js';
import type { UnitExit } from '../driver.js';
import { call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { jsonLines } from './json-lines.js';
import { containersOf, isAlive } from './unit-containers.js';

/** Waits between attempts to hear an engine again; the last one repeats. */
const reconnectMs = [100, 200, 500, 1000] as const;
/** For an engine to begin with its events. */
const openWithinMs = 10_000;
/** An engine that is away for this long is lost, and its containers with it. */
const defaultLostAfterMs = 15_000;

interface ContainerEvent {
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
}

/** What is known of the containers whose ends are told. */
interface Watched {
  unit: string;
  outOfMemory: boolean;
}

export interface ExitsInit {
  engine: Engine;
  network: string;
  tell: (exit: UnitExit) => void;
  lostAfterMs?: number;
}

/**
 * Tells the ends of containers by the engine's events.
 *
 * The stream is opened again when it breaks, and what ended in between is told then. When the engine stays away, all
 * that is watched counts as ended.
 */
export class Exits {
  readonly #engine: Engine;
  readonly #network: string;
  readonly #tell: (exit: UnitExit) => void;
  readonly #lostAfterMs: number;
  /** By the id of the container. */
  readonly #watched = new Map<string, Watched>();
  #running: AbortController | undefined;

  constructor({ engine, network, tell, lostAfterMs = defaultLostAfterMs }: ExitsInit) {
    this.#engine = engine;
    this.#network = network;
    this.#tell = tell;
    this.#lostAfterMs = lostAfterMs;
  }

  /** Tells the end of this container as well, once. */
  watch(id: string, unit: string): void {
    this.#watched.set(id, { unit, outOfMemory: false });
  }

  /** What ends from here on was asked for. */
  forget(units: readonly string[]): void {
    for (const [id, { unit }] of [...this.#watched]) if (units.includes(unit)) this.#watched.delete(id);
  }

  forgetAll(): void {
    this.#watched.clear();
  }

  open(): void {
    if (this.#running) return;
    this.#running = new AbortController();
    void this.#listen(this.#running.signal);
  }

  close(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.forgetAll();
  }

  async #listen(signal: AbortSignal): Promise<void> {
    let lastHeard = performance.now();
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const stream = await this.#connect(signal);
        await this.#catchUp(signal);
        failures = 0;
        for await (const event of jsonLines<ContainerEvent>(stream)) await this.#hear(event, signal);
      } catch {
        // Broken off, or nobody listens: again.
      }
      if (failures === 0) lastHeard = performance.now();
      if (performance.now() - lastHeard > this.#lostAfterMs) this.#loseAll();
      const wait = reconnectMs[Math.min(failures, reconnectMs.length - 1)];
      await delay(wait, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #connect(signal: AbortSignal): Promise<Readable> {
    const filters = {
      type: ['container' as const],
      event: ['die', 'oom'],
      label: [`${labelNames.network}=${this.#network}`],
    };
    // The signal of the call would end the stream with the time to open it.
    const open = () => this.#engine.docker.getEvents({ filters, abortSignal: signal });
    const options = { signal, timeoutMs: openWithinMs };
    return (await call(this.#engine, 'tell its events', open, options)) as unknown as Readable;
  }

  /** Tells what has ended while nobody listened. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    // Taken before the list: what is created meanwhile is not missing from it.
    const watched = [...this.#watched];
    const containers = await containersOf(this.#engine, this.#network, { signal });
    const there = new Map(containers.map((container) => [container.id, container]));
    for (const [id, { unit }] of watched) {
      const container = there.get(id);
      if (!container) this.#end(id, { name: unit, code: null, signal: 'the removal of its container' });
      else if (!isAlive(container) && container.state !== 'created') await this.#ended(id, signal);
    }
  }

  async #hear({ Action, Actor: { ID, Attributes } }: ContainerEvent, signal: AbortSignal): Promise<void> {
    const watched = this.#watched.get(ID);
    if (!watched) return;
    if (Action === 'oom') watched.outOfMemory = true;
    else await this.#ended(ID, signal, Number(Attributes.exitCode));
  }

  /** @param code as an event tells it; without one the engine is asked */
  async #ended(id: string, signal: AbortSignal, code?: number): Promise<void> {
    const watched = this.#watched.get(id);
    if (!watched) return;
    let outcome = code === undefined ? undefined : { code, outOfMemory: watched.outOfMemory };
    // The event of the memory may come after that of the end.
    if (!outcome) outcome = await this.#outcome(id, signal);
    else if (isKill(outcome)) outcome = await this.#outcome(id, signal).catch(() => outcome);
    if (outcome) this.#end(id, exitOf(watched.unit, outcome.code, outcome.outOfMemory));
  }

  async #outcome(id: string, signal: AbortSignal): Promise<{ code: number; outOfMemory: boolean }> {
    const { State } = await call(
      this.#engine,
      'look at a container that ended',
      (abortSignal) => this.#engine.docker.getContainer(id).inspect({ abortSignal }),
      { signal },
    );
    return { code: State.ExitCode, outOfMemory: State.OOMKilled };
  }

  #loseAll(): void {
    for (const [id, { unit }] of [...this.#watched]) {
      this.#end(id, { name: unit, code: null, signal: 'the loss of the Docker Engine' });
    }
  }

  #end(id: string, exit: UnitExit): void {
    if (this.#watched.delete(id)) this.#tell(exit);
  }
}

/** Codes above 128 are signals, as shells count them. */
export function exitOf(name: string, code: number, outOfMemory: boolean): UnitExit {
  if (outOfMemory) return { name, code: null, signal: 'SIGKILL, out of memory (its limit is too low)' };
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal ? { name, code: null, signal } : { name, code, signal: null };
}

function isKill({ code, outOfMemory }: { code: number; outOfMemory: boolean }): boolean {
  return code === 128 + constants.signals.SIGKILL && !outOfMemory;
}
