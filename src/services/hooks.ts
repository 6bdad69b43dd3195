import type { RunRecord } from '../state/run-records.js';
import type { DeployResult, VerifyResult } from './results.js';

/** What plugins can listen to; hooks carry data and print nothing. */
export interface HookData {
  /** A network has come up. */
  network_deployed: DeployResult;
  /** A verdict failed. */
  gate_failed: VerifyResult;
  /** A fault is on. */
  fault_injected: { network: string; fault: string; targets: number };
  /** A fault was lifted. */
  fault_healed: { network: string; fault: string; targets: number };
  /** A command has put on record what it saw and did. */
  run_recorded: RunRecord;
}

/** Runs the hooks of all plugins. */
export interface HookRunner {
  run<N extends keyof HookData>(name: N, data: HookData[N]): Promise<void>;
}

/** For programs without plugins. */
export const noHooks: HookRunner = { run: async () => {} };
