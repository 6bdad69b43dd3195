import type { NetworkPaths } from '../state/paths.js';
import { appendRun, type RunRecord } from '../state/run-records.js';
import type { HookRunner } from './hooks.js';

/** Puts what a command saw and did on record, and tells the plugins. */
export async function recordRun(paths: NetworkPaths, record: RunRecord, hooks: HookRunner): Promise<void> {
  appendRun(paths, record);
  await hooks.run('run_recorded', record);
}
