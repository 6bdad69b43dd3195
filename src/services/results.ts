import type { JudgedMetric, Verdict } from '../gate/gate.js';
import type { Column } from '../gate/targets.js';
import type { Plan, Topology } from '../plan/plan.js';

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
  metrics: JudgedMetric[];
  rounds: number;
  /** Memory of the coordinator, beside the network's. Bytes. */
  coordinatorMemoryBytes: number | null;
  elapsedSeconds: number;
}
