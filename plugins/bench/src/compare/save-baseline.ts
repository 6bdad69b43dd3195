import { extname } from 'node:path';
import { checkReportFiles, writeReportFile } from '@cqkd/harness';
import type { BenchResult } from '../measurement.js';

/** That a run can be saved there, before it is made. @throws EnvironmentError */
export function checkBaseline(file: string): void {
  checkReportFiles([file], [extname(file).toLowerCase()]);
}

/** Saves a run so that a reader sees either the old file or the new one. @throws EnvironmentError */
export function saveBaseline(file: string, result: BenchResult): void {
  writeReportFile(file, `${JSON.stringify(result)}\n`);
}
