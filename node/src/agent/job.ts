/** A container in whose network namespace an agent works. */
export interface AgentTarget {
  /** Of the unit. */
  name: string;
  /** The whole id of the container. */
  containerId: string;
  /** Of its first process, as the engine's machine counts it. */
  pid: number;
  /** Those of the container. */
  addresses: string[];
}

/** Cuts, keeps the cut up until its time is over or it is told to end, and takes it off again. */
export interface CutJob {
  do: 'cut';
  /** Name of the nftables table, `tableOf` of the cut. */
  table: string;
  /** Milliseconds. */
  ttlMs: number;
  /** Places of nodes, `address:port`. */
  groups: string[][];
  /** Pairs of places in `groups`: the first hears nothing of the second. */
  deaf: [number, number][];
  /** Addresses all of whose ports belong to the group that their one place is in. */
  wholeAddresses: string[];
  targets: AgentTarget[];
}

/** Takes off what agents that were killed have left. */
export interface CleanJob {
  do: 'clean';
  /** Null = every table of ours. */
  table: string | null;
  targets: AgentTarget[];
}

/** What an agent is there for. */
export type AgentJob = CutJob | CleanJob;

/** What an agent says when its rules are on, or off: one line of JSON. Names of units. */
export interface AgentAnswer {
  done: string[];
  /** Their containers have ended, or are none of those that were meant. */
  gone: string[];
  failed: { name: string; reason: string }[];
}

/** Where the job lies in an agent's container. */
export const agentJobPath = '/job.json';

/** What the names of all tables of ours begin with. */
export const tablePrefix = 'cqkd_';

/** The nftables table of a cut. @param id letters, digits, `_`, `.`, `-` */
export function tableOf(id: string): string {
  return `${tablePrefix}${id}`;
}
