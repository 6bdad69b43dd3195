import { accessSync, constants, statSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { EnvironmentError, messageOf, systemCode, UsageError } from '../errors.js';
import { writeFileAtomic } from '../state/files.js';

/**
 * That every report can be written, before the work that it is about.
 *
 * @param endings that are known, with their dot
 * @throws UsageError on another ending, EnvironmentError on a folder that is not there or can't be written
 */
export function checkReportFiles(files: readonly string[], endings: readonly string[]): void {
  for (const file of files) {
    endingOf(file, endings);
    checkPlace(file);
  }
}

/** @throws UsageError when it is none of these */
export function endingOf<Ending extends string>(file: string, endings: readonly Ending[]): Ending {
  const ending = endings.find((each) => each === extname(file).toLowerCase());
  if (ending) return ending;
  throw new UsageError(`Can't tell the format of report ${file}: it has to end in ${endings.join(', ')}`);
}

/** Writes a report so that a reader sees either the old one or the new. @throws EnvironmentError */
export function writeReportFile(file: string, text: string): void {
  try {
    writeFileAtomic(file, text);
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw cannotReport(file, systemCode(cause) ?? messageOf(cause));
  }
}

function checkPlace(file: string): void {
  try {
    // The end that a folder has makes it ENOTDIR where it is none.
    accessSync(`${dirname(file)}/`, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotReport(file, systemCode(error) ?? messageOf(error));
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw cannotReport(file, 'EISDIR');
}

function cannotReport(file: string, why: string): EnvironmentError {
  return new EnvironmentError(
    `Can't write report ${file} (${why}): name a file in a folder that exists and can be written`,
  );
}
