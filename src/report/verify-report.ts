import type { Verdict } from '../gate/gate.js';
import type { Round } from '../gate/soak.js';
import type { VerifyResult } from '../services/results.js';
import type { VerifyRun } from '../services/verify-history.js';
import { checkReportFiles, endingOf, writeReportFile } from './report-files.js';
import { verifyHtml } from './verify-html.js';
import { verifyJUnit } from './verify-junit.js';
import { verifyMarkdown } from './verify-markdown.js';

/** What a report of verify tells. */
export interface VerifyReport {
  result: VerifyResult;
  /** On the network as it is after what plugins did about it. */
  verdict: Verdict;
  /** All recorded runs of this network, oldest first; the last one is this one. */
  runs: readonly VerifyRun[];
  /** Of a soak. */
  rounds: readonly Round[];
}

/** By the ending of the file that it is written to. */
const formats = {
  '.md': verifyMarkdown,
  '.html': verifyHtml,
  '.json': async ({ result }: VerifyReport) => `${JSON.stringify(result, null, 2)}\n`,
  '.xml': async (report: VerifyReport, at: Date) => verifyJUnit(report, at),
} as const;

const endings = Object.keys(formats) as (keyof typeof formats)[];

/** That all of them can be written, before anything is measured. @throws UsageError, EnvironmentError */
export function checkVerifyReports(files: readonly string[]): void {
  checkReportFiles(files, endings);
}

/** Writes reports to files whose endings say how. @throws UsageError, EnvironmentError */
export async function writeVerifyReports(
  report: VerifyReport,
  files: readonly string[],
  at = new Date(),
): Promise<void> {
  for (const file of files) {
    writeReportFile(file, await formats[endingOf(file, endings)](report, at));
  }
}
