import type { Verdict } from '../gate/gate.js';
import type { OwnTargets } from '../gate/own-targets.js';
import type { RunRecord } from '../state/run-records.js';
import type { DeployResult, VerifyResult } from './results.js';

/** What plugins can listen to; hooks carry data and print nothing. */
export interface HookData {
  /** A network has come up. */
  network_deployed: DeployResult;
  /** A verdict failed. */
  gate_failed: GateFailure;
  /** A fault is on. */
  fault_injected: { network: string; fault: string; targets: number };
  /** A fault was lifted. */
  fault_healed: { network: string; fault: string; targets: number };
  /** A command has put on record what it saw and did. */
  run_recorded: RunRecord;
}

export interface GateFailure {
  result: VerifyResult;
  /** Targets of the user's own that it was held against. */
  targets: OwnTargets;
  /** Whether the feature that is to blame shall be undone. */
  autoRollback: boolean;
}

/** What a plugin made of a failed gate. */
export interface GateAnswer {
  /** Name of the plugin. */
  by: string;
  /** On the network as it is now. */
  verdict: Verdict;
  /** For people. */
  text: string;
  /** For machines. */
  result: object;
}

/** What plugins can answer, those that do something. */
export interface HookAnswers extends Record<keyof HookData, unknown> {
  gate_failed: GateAnswer;
}

/** Runs the hooks of all plugins. */
export interface HookRunner {
  /** @returns what plugins answered that did something */
  run<N extends keyof HookData>(name: N, data: HookData[N]): Promise<HookAnswers[N][]>;
}

/** For programs without plugins. */
export const noHooks: HookRunner = { run: async () => [] };
