import {
  type CommandContext,
  checkVerifyReports,
  finalVerdict,
  type OwnTargets,
  type Round,
  readOwnTargets,
  requireMetrics,
  type Verdict,
  type VerifyResult,
  verify,
  verifyRuns,
  writeVerifyReports,
} from '@cqkd/harness';
import type { SoakDisplay } from './soak-display.js';

export interface MeasureAndReportOptions extends CommandContext {
  /** Ids; all when there is none. */
  metrics: readonly string[];
  /** Reports to write. */
  files: readonly string[];
  /** File with targets of the user's own. */
  targetsFile: string | undefined;
  /** Seconds. */
  watchSeconds: number | undefined;
  everySeconds: number | undefined;
  autoRollback: boolean;
  display: SoakDisplay;
  /** Told of the result before the reports are written. */
  onResult: (result: VerifyResult) => Promise<void>;
}

/** Measures a network and writes the reports; what could not be read or written is told before anything is measured. */
export async function measureAndReport(
  options: MeasureAndReportOptions,
): Promise<{ result: VerifyResult; verdict: Verdict }> {
  const { files, targetsFile, display, root, network, onResult } = options;
  requireMetrics(options.metrics);
  checkVerifyReports(files);
  const targets: OwnTargets | undefined =
    targetsFile === undefined ? undefined : await readOwnTargets(targetsFile, options.signal);
  const rounds: Round[] = [];
  const result = await verify({
    ...options,
    targets,
    onStep: display.onStep,
    onRound: (...about) => {
      rounds.push(about[0]);
      display.onRound(...about);
    },
  });
  await onResult(result);
  const verdict = finalVerdict(result);
  const runs = verifyRuns(root, network, result.workers);
  await writeVerifyReports({ result, verdict, runs, rounds }, files);
  return { result, verdict };
}
