import type { JudgedMetric, Verdict } from '../gate/gate.js';
import type { SoakedMetric, Streak } from '../gate/soak.js';
import type { Column } from '../gate/targets.js';
import type { Previous } from '../gate/trend.js';
import type { Plan, Topology } from '../plan/plan.js';
import type { GateAnswer } from './hooks.js';

/** The `--json` of deploy. */
export interface DeployResult {
  network: string;
  driver: string;
  topology: Topology;
  workers: number;
  bootstraps: number;
  hosts: number;
  nodes: number;
  /** Null after a dry run. */
  bootstrapSeconds: number | null;
  /** Since the command was typed. */
  elapsedSeconds: number;
  /** Null after a dry run. */
  coordinator: { url: string } | null;
  plan: Plan;
}

/** The `--json` of verify. */
export interface VerifyResult {
  network: string;
  workers: number;
  column: Column;
  verdict: Verdict;
  metrics: VerifiedMetric[];
  rounds: number;
  /** Of a soak; null when it was measured once. */
  soak: SoakSummary | null;
  /** Memory of the coordinator, beside the network's. Bytes. */
  coordinatorMemoryBytes: number | null;
  elapsedSeconds: number;
  /** What plugins did about a verdict that failed. */
  answers: GateAnswer[];
}

/** A metric with its verdict, and what the last run that measured it had found; null when none had. */
export type VerifiedMetric = JudgedMetric & { previous: Previous | null } & Partial<
    Pick<SoakedMetric, 'spread'>
  >;

/** What a soak says beyond its metrics, the values of which are means over its rounds. */
export interface SoakSummary {
  /** Which hour of the soak this is, from 1; null = all of it. */
  hour: number | null;
  /** When its first round began, and when the last one had ended. Milliseconds since the epoch. */
  from: number;
  to: number;
  /** As it was asked for. */
  seconds: number;
  everySeconds: number;
  isInterrupted: boolean;
  /** Metrics that failed, that could not be told, or that did either for a single round. */
  streaks: Streak[];
}
