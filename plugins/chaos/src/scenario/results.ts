import type { ScaleResult, Verdict } from '@cqkd/harness';
import type { LookupMeasurement, StoreMeasurement } from '@cqkd/node/control';
import type { ChaosResult, Newcomer } from '../experiment/results.js';
import type { HealResult } from '../heal.js';
import type { Finding } from './conditions.js';
import type { Step } from './scenario.js';

/** What a step found, by its verb. */
export type StepFinding =
  | ChaosResult
  | { findings: Finding[] }
  | LookupMeasurement
  | StoreMeasurement
  | { newcomers: Newcomer[] }
  | HealResult
  | Omit<ScaleResult, 'plan'>;

export interface StepResult {
  /** From 1 up; steps that are repeated have a number for each time. */
  step: number;
  verb: Step['verb'];
  title: string;
  /** Of the file. */
  line: number;
  /** Null = nothing was done. */
  verdict: Verdict | null;
  seconds: number;
  /** Null where there is nothing to tell, or nothing was found out. */
  result: StepFinding | null;
  /** Why it is not a pass, a line each. */
  reasons: string[];
  /** Of a fault: what was done while it was on. */
  meanwhile: StepResult[];
}

/** `cqkd chaos run --json`. */
export interface ScenarioResult {
  scenario: string;
  description: string;
  network: string;
  seed: number;
  steps: StepResult[];
  /** Steps that were not done, because one before them was no success. */
  skipped: number;
  /** The worst of all steps; null with `--dry-run`. */
  verdict: Verdict | null;
  elapsedSeconds: number;
}

/** The faults among its steps, in their order. */
export function experimentsOf({ steps }: ScenarioResult): ChaosResult[] {
  return steps.flatMap(({ result }) => (result !== null && 'victims' in result ? [result] : []));
}
