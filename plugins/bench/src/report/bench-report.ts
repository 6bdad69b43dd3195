import { checkReportFiles, endingOf, writeReportFile } from '@cqkd/harness';
import type { BenchResult } from '../measurement.js';
import { benchHtml } from './bench-html.js';
import { benchMarkdown } from './bench-markdown.js';

/** By the ending of the file that it is written to. */
const formats = {
  '.md': benchMarkdown,
  '.html': benchHtml,
  '.json': async (result: BenchResult) => `${JSON.stringify(result, null, 2)}\n`,
} as const;

const endings = Object.keys(formats) as (keyof typeof formats)[];

/** That all of them can be written, before anything is measured. @throws UsageError, EnvironmentError */
export function checkBenchReports(files: readonly string[]): void {
  checkReportFiles(files, endings);
}

/** Writes reports to files whose endings say how. @throws UsageError, EnvironmentError */
export async function writeBenchReports(result: BenchResult, files: readonly string[]): Promise<void> {
  for (const file of files) writeReportFile(file, await formats[endingOf(file, endings)](result));
}
