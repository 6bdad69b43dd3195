import type { Judgement, MetricId, Moved, Verdict } from '@cqkd/harness';
import type { Phase } from '@cqkd/node/control';

/** A phase as results name it. */
export interface PhaseName {
  number: Phase['number'];
  name: Phase['name'];
  /** Upper-case name of its flag. */
  flag: string;
}

export function phaseName({ number, name, flag }: Phase): PhaseName {
  return { number, name, flag: flag.toUpperCase() };
}

/** The `--json` of rollback. */
export interface RollbackResult {
  network: string;
  workers: number;
  phases: PhaseName[];
  /** Flags that were on. */
  changed: string[];
  /** `live` = running nodes take it; `rolling` = hosts are changed one after the other. */
  how: 'live' | 'rolling';
  /** Not after a dry run. */
  isDone: boolean;
  /** Hosts that could not be told, and take it when they are back. */
  pending: Moved['pending'];
  /** What the phases pass by, before and after. */
  before: Judgement | null;
  after: Judgement | null;
  /** Of `after`; null when nothing was measured. */
  verdict: Verdict | null;
  elapsedSeconds: number;
}

/** One step of a rollout: a share of the nodes, and what the gate said. */
export interface RolloutStep {
  percent: number;
  /** Names of the nodes that have it then. */
  nodes: string[];
  gate: Judgement;
}

/** The `--json` of rollout. */
export interface RolloutResult {
  network: string;
  workers: number;
  phases: PhaseName[];
  /** Flags that were off. */
  changed: string[];
  how: 'live' | 'rolling';
  isDone: boolean;
  steps: RolloutStep[];
  pending: Moved['pending'];
  /** Whether a gate failed and the hosts were put back. */
  cameBack: boolean;
  verdict: Verdict | null;
  elapsedSeconds: number;
}

/** A candidate that an automatic rollback tried. */
export interface Trial {
  phase: PhaseName;
  /** The metrics that failed, and what the phase passes by. */
  before: Judgement;
  after: Judgement;
  helped: boolean;
}

/** What an automatic rollback came to. */
export interface AutoRollbackResult {
  network: string;
  /** Metrics whose gate failed. */
  failed: MetricId[];
  /** Of them those that failed twice in a row. */
  confirmed: MetricId[];
  trials: Trial[];
  /** The phase that was switched off, because it helped. */
  rolledBack: PhaseName | null;
  /** Why nothing was tried, one line. */
  why: string | null;
  /** `pass` when what had failed does no longer; `unknown` when that could not be measured. */
  verdict: Verdict;
}
