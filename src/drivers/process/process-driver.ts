import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError, messageOf } from '../../errors.js';
import { cannotWrite } from '../../state/files.js';
import { identify, isAlive, type ProcessIdentity } from '../../state/identity.js';
import type { NetworkPaths } from '../../state/paths.js';
import type { Driver, RecoveredNetwork, Unit, UnitExit, UnitStats, UnitView } from '../driver.js';
import { leanEnvironment, passedVariables } from './environment.js';
import { followFiles, lastLinesOf } from './logs.js';
import { findMarked, type MarkedProcess, marksOf } from './marked.js';
import { ProcessTable, type UnitRecord } from './process-table.js';
import { recoverFrom } from './recover.js';
import { isStopped } from './stopped.js';
import { usageOf } from './usage.js';

/** Between two looks whether a process has ended. */
const lookAgainMs = 15;
/** A process that was killed must be gone after this time. */
const killedWithinMs = 10_000;

export interface ProcessDriverInit {
  paths: NetworkPaths;
  /** Where the program of the nodes is; asked when something is started. */
  bundle: () => string;
  /** The Node.js that runs it: a path. */
  node: string;
}

/**
 * Runs each unit as a detached process on loopback, with its output in a file.
 *
 * A process is recorded with its pid and start time, and is never touched when both do not match.
 */
export class ProcessDriver implements Driver {
  readonly name = 'process';
  readonly #paths: NetworkPaths;
  readonly #bundle: () => string;
  readonly #node: string;
  readonly #table: ProcessTable;
  readonly #listeners = new Set<(exit: UnitExit) => void>();

  constructor({ paths, bundle, node }: ProcessDriverInit) {
    this.#paths = paths;
    this.#bundle = bundle;
    this.#node = node;
    this.#table = new ProcessTable(paths.processes);
  }

  async start(units: readonly Unit[], token: string): Promise<void> {
    const bundle = this.#bundle();
    const names = new Set(units.map((unit) => unit.name));
    const records = this.#table.read().filter((record) => !names.has(record.name));
    const fresh = units.map(({ name, kind }): UnitRecord => ({ name, kind, pid: null, started: null }));
    records.push(...fresh);
    // The intent is on disk before anything runs: whoever finds it looks for processes by their marks.
    this.#table.write(records);
    try {
      mkdirSync(this.#paths.logs, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw cannotWrite(this.#paths.logs, error);
    }
    for (const [index, unit] of units.entries()) {
      const identity = await this.#spawn(unit, token, bundle);
      Object.assign(fresh[index] as UnitRecord, identity);
      this.#table.write(records);
    }
  }

  onExit(listener: (exit: UnitExit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(names: readonly string[], options: { graceMs: number; signal?: AbortSignal }): Promise<void> {
    const alive = this.#processesOf(names);
    for (const identity of alive) sendSignal(identity, 'SIGTERM');
    await waitUntilDead(alive, options.graceMs, options.signal);
    await this.kill(names);
  }

  async kill(names: readonly string[]): Promise<void> {
    await this.crash(names);
    const gone = new Set(names);
    const records = this.#readOrNothing();
    if (records.some((record) => gone.has(record.name))) {
      this.#table.write(records.filter((record) => !gone.has(record.name)));
    }
  }

  async crash(names: readonly string[]): Promise<void> {
    // More than once: a unit may just be starting in another process.
    for (let alive = this.#processesOf(names); alive.length > 0; alive = this.#processesOf(names)) {
      for (const identity of alive) sendSignal(identity, 'SIGKILL');
      const left = await waitUntilDead(alive, killedWithinMs);
      if (left.length > 0)
        throw new EnvironmentError(
          `Process ${left[0]?.pid} does not end although it was killed: ps -o stat,wchan -p ${left[0]?.pid} tells what it waits for`,
        );
    }
  }

  async revive(units: readonly Unit[], token: string): Promise<void> {
    const running = new Set(this.#processesOf(units.map(({ name }) => name)).map(({ unit }) => unit));
    const dead = units.filter(({ name }) => !running.has(name));
    if (dead.length > 0) await this.start(dead, token);
  }

  async pause(names: readonly string[]): Promise<void> {
    const processes = this.#processesOf(names);
    const missing = names.find((name) => !processes.some(({ unit }) => unit === name));
    if (missing !== undefined) throw new EnvironmentError(`Host ${missing} does not run: can't pause it`);
    for (const identity of processes) sendSignal(identity, 'SIGSTOP');
  }

  async unpause(names: readonly string[]): Promise<void> {
    for (const identity of this.#processesOf(names)) sendSignal(identity, 'SIGCONT');
  }

  async recover(): Promise<RecoveredNetwork | undefined> {
    return recoverFrom(findMarked(this.#paths.folder));
  }

  async removeAll(): Promise<string[]> {
    const names = (await this.inspect({ tolerant: true })).map((unit) => unit.name);
    await this.kill(names);
    return names;
  }

  async inspect({ tolerant = false } = {}): Promise<UnitView[]> {
    const records = tolerant ? this.#readOrNothing() : this.#table.read();
    const marked = findMarked(this.#paths.folder);
    const views = records.map(({ name, kind, pid, started }): UnitView => {
      if (pid !== null && started !== null && isAlive({ pid, started })) return runningView(name, kind, pid);
      const found = marked.find((each) => each.unit === name);
      if (found) return runningView(name, kind, found.pid);
      return { name, kind, state: pid === null ? 'starting' : 'dead', pid };
    });
    const known = new Set(records.map((record) => record.name));
    const others = marked.filter((each) => !known.has(each.unit));
    return [...views, ...others.map(({ unit, pid }) => runningView(unit, kindOf(unit), pid))];
  }

  async stats(): Promise<UnitStats[]> {
    const running = (await this.inspect()).filter((unit) => unit.state === 'running' && unit.pid !== null);
    return Promise.all(
      running.map(async ({ name, kind, pid }) => ({ name, kind, ...(await usageOf(pid as number)) })),
    );
  }

  lastLines(name: string, count: number): Promise<string[]> {
    return lastLinesOf(this.#logOf(name), count);
  }

  follow(names: readonly string[], signal: AbortSignal): AsyncIterable<{ name: string; line: string }> {
    return followFiles(
      names.map((name) => ({ name, path: this.#logOf(name) })),
      signal,
    );
  }

  async #spawn(unit: Unit, token: string, bundle: string): Promise<ProcessIdentity> {
    const args = [...(unit.flags ?? []), '--no-warnings', bundle, ...marksOf(unit.name, this.#paths.folder)];
    let log: number;
    try {
      log = openSync(this.#logOf(unit.name), 'a', 0o600);
    } catch (error) {
      throw cannotWrite(this.#logOf(unit.name), error);
    }
    let child: ChildProcess;
    try {
      child = spawn(this.#node, args, {
        cwd: this.#paths.folder,
        detached: true,
        stdio: ['ignore', log, log],
        env: environmentOf(unit, token),
      });
    } catch (error) {
      throw new EnvironmentError(`Can't start ${unit.name}: ${messageOf(error)}`);
    } finally {
      closeSync(log);
    }
    const { pid } = child;
    if (pid === undefined) {
      const error = await new Promise<Error>((resolve) => child.once('error', resolve));
      throw new EnvironmentError(`Can't start ${unit.name}: ${messageOf(error)}`);
    }
    child.once('exit', (code, signal) => {
      for (const listener of this.#listeners) listener({ name: unit.name, code, signal });
    });
    child.unref();
    // A process that has ended already has no identity any more; its exit is told by the event.
    return identify(pid) ?? { pid, started: 'ended' };
  }

  /** Living processes of units: those recorded, and those that carry their marks. */
  #processesOf(names: readonly string[]): MarkedProcess[] {
    const wanted = new Set(names);
    const recorded = this.#readOrNothing().flatMap(({ name, pid, started }) =>
      wanted.has(name) && pid !== null && started !== null && isAlive({ pid, started })
        ? [{ unit: name, pid, started }]
        : [],
    );
    const pids = new Set(recorded.map(({ pid }) => pid));
    const marked = findMarked(this.#paths.folder).filter(
      ({ unit, pid }) => wanted.has(unit) && !pids.has(pid),
    );
    return [...recorded, ...marked];
  }

  #readOrNothing(): UnitRecord[] {
    try {
      return this.#table.read();
    } catch {
      return [];
    }
  }

  #logOf(name: string): string {
    return join(this.#paths.logs, `${name}.log`);
  }
}

function runningView(name: string, kind: Unit['kind'], pid: number): UnitView {
  return { name, kind, state: 'running', pid, ...(isStopped(pid) && { paused: true }) };
}

function kindOf(name: string): Unit['kind'] {
  return name === 'coordinator' ? 'coordinator' : 'host';
}

function environmentOf(unit: Unit, token: string): NodeJS.ProcessEnv {
  const passed = passedVariables.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return {
    ...Object.fromEntries(passed),
    ...leanEnvironment,
    CQKD_TOKEN: token,
    [unit.kind === 'coordinator' ? 'CQKD_COORDINATOR' : 'CQKD_HOST']: JSON.stringify(unit.spec),
  };
}

function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It has ended in between.
  }
}

/** @returns those that still live when the time is over */
async function waitUntilDead(
  processes: readonly ProcessIdentity[],
  withinMs: number,
  signal?: AbortSignal,
): Promise<ProcessIdentity[]> {
  const endsAt = performance.now() + withinMs;
  let left = processes.filter(isAlive);
  while (left.length > 0 && performance.now() < endsAt && !signal?.aborted) {
    await delay(lookAgainMs);
    left = left.filter(isAlive);
  }
  return left;
}
