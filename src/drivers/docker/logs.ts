import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from './engine/call.js';
import type { Engine } from './engine/engine.js';
import { EngineError } from './engine/engine-error.js';
import { FrameReader, linesOf } from './frames.js';
import { containersOf, isAlive, type UnitContainer } from './unit-containers.js';

/** Between two looks for containers that are started later, or again. */
const lookAgainMs = 500;
/** Lines that wait for their reader; beyond them the engine waits. */
const mostWaiting = 1000;

/** The last lines that a unit wrote; none without a container. @throws EngineError */
export async function lastLines(
  engine: Engine,
  network: string,
  unit: string,
  count: number,
): Promise<string[]> {
  const [container] = await containersOf(engine, network, { units: [unit] });
  if (!container || count <= 0) return [];
  try {
    const output = await call(engine, `read the log of ${container.name}`, (abortSignal) =>
      engine.docker
        .getContainer(container.id)
        .logs({ stdout: true, stderr: true, follow: false, tail: count, abortSignal }),
    );
    const reader = new FrameReader();
    const lines = [...reader.read(output), ...reader.end()];
    return lines.filter((line) => line.trim() !== '').slice(-count);
  } catch (error) {
    if (error instanceof EngineError && error.isMissing) return [];
    throw error;
  }
}

/** A line of a unit. */
interface UnitLine {
  name: string;
  line: string;
}

/**
 * New lines of units as they come, until the signal.
 *
 * It goes on when a container is started again, or another one for its unit.
 */
export async function* follow(
  engine: Engine,
  network: string,
  units: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<UnitLine> {
  const lines = new Readable({ objectMode: true, highWaterMark: mostWaiting, read: () => {} });
  const ends = new AbortController();
  const ending = AbortSignal.any([signal, ends.signal]);
  const end = () => lines.push(null);
  ending.addEventListener('abort', end, { once: true });
  const following = followAll(engine, network, units, ending, (line) => lines.push(line));
  following.catch((error: unknown) => lines.destroy(error as Error));
  try {
    for await (const line of lines) yield line as UnitLine;
  } finally {
    ends.abort();
    await following.catch(() => {});
  }
}

/** Looks for running containers again and again, and reads each that is not read yet. */
async function followAll(
  engine: Engine,
  network: string,
  units: readonly string[],
  signal: AbortSignal,
  tell: (line: UnitLine) => void,
): Promise<void> {
  const reading = new Map<string, Promise<void>>();
  /** When each container that was read was started, by its id. */
  const started = new Map<string, string>();
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const running = await containersOf(engine, network, { units, signal }).catch((error: unknown) => {
      // An engine that was there a moment ago may come back.
      if (isFirst) throw error;
      return [];
    });
    for (const container of running.filter(isAlive)) {
      if (reading.has(container.id)) continue;
      const done = () => void reading.delete(container.id);
      const source = { engine, container, started, isNew: !isFirst, signal };
      reading.set(container.id, read(source, tell).then(done, done));
    }
    await delay(lookAgainMs, undefined, { signal }).catch(() => {});
  }
  await Promise.all(reading.values());
}

interface Source {
  engine: Engine;
  container: UnitContainer;
  started: Map<string, string>;
  /** It was not there at the first look: all that it wrote is new. */
  isNew: boolean;
  signal: AbortSignal;
}

async function read(
  { engine, container: { id, name, unit }, started, isNew, signal }: Source,
  tell: (line: UnitLine) => void,
): Promise<void> {
  const container = engine.docker.getContainer(id);
  const { State } = await call(engine, `look at ${name}`, () => container.inspect(), { signal });
  const isNewRun = isNew && started.get(id) !== State.StartedAt;
  started.set(id, State.StartedAt);
  // A busy engine notes the start of a run after its first lines; the end of the run before is a safe bound.
  const which = isNewRun ? { since: secondsOf(State.FinishedAt) } : { tail: 0 };
  const open = () =>
    container.logs({ stdout: true, stderr: true, follow: true, ...which, abortSignal: signal });
  const stream = await call(engine, `follow ${name}`, open, { signal });
  for await (const line of linesOf(stream as unknown as Readable)) tell({ name: unit, line });
}

/** A time as the engine writes it, with nanoseconds, in the seconds that it takes; its year 1 stands for never. */
export function secondsOf(time: string): string {
  const [, fraction = '0'] = /\.(\d+)Z?/.exec(time) ?? [];
  const seconds = Math.max(0, Math.floor(Date.parse(time) / 1000));
  return `${seconds}.${fraction.padEnd(9, '0').slice(0, 9)}`;
}
