import type { CoordinatorSpec, HostSpec } from '@cqkd/node/control';

/** One thing that a driver runs: the coordinator or a host. */
export interface Unit {
  /** Unique in the network; `coordinator` or the host's name. */
  name: string;
  kind: 'coordinator' | 'host';
  spec: CoordinatorSpec | HostSpec;
}

/** `starting` = recorded as about to start, no process known. */
export type UnitState = 'running' | 'dead' | 'starting';

export interface UnitView {
  name: string;
  kind: Unit['kind'];
  state: UnitState;
  pid: number | null;
}

/** Load of one unit, as the system counts it. */
export interface UnitStats {
  name: string;
  kind: Unit['kind'];
  /** PSS where the system has it, else RSS. Bytes. */
  memoryBytes: number;
  /** User and system time since it started. Seconds. */
  cpuSeconds: number;
}

/** How a unit ended: exit code, or the signal that ended it. */
export interface UnitExit {
  name: string;
  code: number | null;
  signal: string | null;
}

export interface Starter {
  /**
   * Starts units; who calls can be killed at any moment, and `inspect` still finds what was started.
   *
   * @throws EnvironmentError
   */
  start(units: readonly Unit[], token: string): Promise<void>;
  /** Ends of units that this driver object started. */
  onExit(listener: (exit: UnitExit) => void): () => void;
}

export interface Stopper {
  /** Asks units to end, waits, kills those that do not, and answers when every one is verified dead. */
  stop(names: readonly string[], options: { graceMs: number; signal?: AbortSignal }): Promise<void>;
  /** Kills units at once and answers when every one is verified dead. */
  kill(names: readonly string[]): Promise<void>;
}

export interface Inspector {
  /**
   * Every unit that was started, whatever became of it.
   *
   * @param options.tolerant takes a corrupt record for an empty one
   */
  inspect(options?: { tolerant?: boolean }): Promise<UnitView[]>;
}

export interface Meter {
  stats(): Promise<UnitStats[]>;
}

export interface LogReader {
  /** The last lines that a unit wrote. */
  lastLines(name: string, count: number): Promise<string[]>;
  /** New lines of units as they come, until the signal. */
  follow(names: readonly string[], signal: AbortSignal): AsyncIterable<{ name: string; line: string }>;
}

/** Runs the units of one network on one kind of infrastructure. */
export interface Driver extends Starter, Stopper, Inspector, Meter, LogReader {
  readonly name: string;
  /** Removes whatever the network has on the infrastructure, its units too if there are any. @returns their names */
  removeAll(): Promise<string[]>;
}
