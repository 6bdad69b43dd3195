import type { CoordinatorSpec, HostSpec } from '@cqkd/node/control';

/** One thing that a driver runs: the coordinator or a host. */
export interface Unit {
  /** Unique in the network; `coordinator` or the host's name. */
  name: string;
  kind: 'coordinator' | 'host';
  spec: CoordinatorSpec | HostSpec;
  /** Flags of Node.js that it is started with. */
  flags?: readonly string[];
}

/** `starting` = recorded as about to start, no process known. */
export type UnitState = 'running' | 'dead' | 'starting';

export interface UnitView {
  name: string;
  kind: Unit['kind'];
  state: UnitState;
  pid: number | null;
  /** Frozen where it is: it runs, and does nothing. */
  paused?: boolean;
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

/** Breaks units on purpose, so that they can be mended. All of it can be done again and again. */
export interface Breaker {
  /** Kills units at once and keeps what it takes to start them again. @throws EnvironmentError */
  crash(names: readonly string[]): Promise<void>;
  /** Starts units again that were crashed; those that run are left alone. @throws EnvironmentError */
  revive(units: readonly Unit[], token: string): Promise<void>;
  /** Freezes units where they are. @throws EnvironmentError when one is not there */
  pause(names: readonly string[]): Promise<void>;
  /** Lets frozen units go on; one that is not there is no failure. */
  unpause(names: readonly string[]): Promise<void>;
}

/** What the units of a network tell of it themselves, where its state folder is lost. */
export interface RecoveredNetwork {
  token: string;
  coordinatorUrl: string;
  /** Those whose specs could be read. */
  units: Unit[];
}

export interface Recoverer {
  /** @returns undefined when there is no coordinator, or it can't be read */
  recover(): Promise<RecoveredNetwork | undefined>;
}

/** A cut that the kernel makes: below the nodes, which know nothing of it. */
export interface KernelCut {
  id: string;
  /** The cut lifts itself after so long, whatever becomes of this program. Milliseconds. */
  ttlMs: number;
  /** Places of nodes, `address:port`. */
  groups: readonly (readonly string[])[];
  /** Pairs of places in `groups`: the first hears nothing of the second. */
  deaf: readonly (readonly [number, number])[];
  /** Addresses all of whose ports belong to the group that their one place is in: the coordinator's. */
  wholeAddresses: readonly string[];
}

/** Cuts the DHT's datagrams, and nothing else, in the kernel. */
export interface KernelFilter {
  /** Null where it can be used; else why not, one line. */
  whyNot(signal: AbortSignal): Promise<string | null>;
  /** @returns names of the units that it is on, when it is on all of them @throws EnvironmentError and has lifted it again */
  cut(cut: KernelCut, signal: AbortSignal): Promise<string[]>;
  /** Ids of cuts that something keeps up now. */
  list(): Promise<string[]>;
  /** Lifts one cut, or all; without `id` it also removes what a killed keeper left. @returns ids of what was on */
  lift(id?: string): Promise<string[]>;
}

/** Runs the units of one network on one kind of infrastructure. */
export interface Driver extends Starter, Stopper, Inspector, Meter, LogReader, Breaker, Recoverer {
  readonly name: string;
  /** Where the infrastructure has one. */
  readonly kernel?: KernelFilter;
  /** Removes whatever the network has on the infrastructure, its units too if there are any. @returns their names */
  removeAll(): Promise<string[]>;
}
