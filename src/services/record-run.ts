import { readDeployment } from '../state/deployment.js';
import type { NetworkPaths } from '../state/paths.js';
import { appendRun, type RunRecord } from '../state/run-records.js';
import type { HookRunner } from './hooks.js';

/** Puts what a command saw and did on record, and tells the plugins. */
export async function recordRun(
  paths: NetworkPaths,
  record: Omit<RunRecord, 'node'>,
  hooks: HookRunner,
): Promise<void> {
  const complete = { ...record, node: readDeployment(paths)?.plan.node.version ?? null };
  appendRun(paths, complete);
  await hooks.run('run_recorded', complete);
}
