import { checkReportFiles as checkFiles, endingOf, writeReportFile } from '@cqkd/harness';
import type { ChaosResult } from '../experiment/results.js';
import { htmlReport } from './html.js';
import { markdownReport } from './markdown.js';
import { headlineOf } from './view.js';

/** Experiments that belong together, in their order. */
export interface ChaosReport {
  title: string;
  results: readonly ChaosResult[];
}

/** By the ending of the file that it is written to. */
const formats = {
  '.html': ({ report, at }: Subject) => htmlReport(report, at),
  '.md': ({ report, at }: Subject) => markdownReport(report, at),
  '.json': async ({ data }: Subject) => `${JSON.stringify(data, null, 2)}\n`,
} as const;

interface Subject {
  report: ChaosReport;
  /** What a JSON file holds. */
  data: unknown;
  at: Date;
}

const endings = Object.keys(formats) as (keyof typeof formats)[];

/** That all of them can be written, before anything is done. @throws UsageError, EnvironmentError */
export function checkReportFiles(files: readonly string[]): void {
  checkFiles(files, endings);
}

/**
 * Writes one experiment, or several under a title, to files whose endings say how.
 *
 * @param data what a JSON file holds: what `--json` prints
 * @throws UsageError, EnvironmentError
 */
export async function writeReports(
  subject: ChaosResult | ChaosReport,
  files: readonly string[],
  data: unknown = subject,
  at = new Date(),
): Promise<void> {
  const report = 'results' in subject ? subject : { title: headlineOf(subject), results: [subject] };
  for (const file of files) {
    writeReportFile(file, await formats[endingOf(file, endings)]({ report, data, at }));
  }
}
