import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EnvironmentError, messageOf, systemCode } from '../errors.js';

/** Writes a file so that a reader sees either the old text or the new, whatever happens. */
export function writeFileAtomic(path: string, text: string, mode = 0o644): void {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, text, { mode, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw cannotWrite(path, error);
  }
}

/**
 * Makes a folder, and those above it, that only its owner reads.
 *
 * One step at a time: the recursive `mkdir` of Node spins for ever on file systems that answer ENOENT for a folder
 * whose parent exists, as /proc does.
 *
 * @throws EnvironmentError that names it
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    for (const folder of missingFolders(path)) await mkdir(folder, { mode: 0o700 }).catch(unlessItExists);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Those of a path that do not exist, the outermost first. */
function missingFolders(path: string): string[] {
  const missing: string[] = [];
  for (let folder = path; !existsSync(folder) && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.unshift(folder);
  }
  return missing;
}

/** Another process may have made it meanwhile. */
function unlessItExists(error: unknown): void {
  if (systemCode(error) !== 'EEXIST') throw error;
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What could not be written is what is told.
  }
}

/** The error for a place that can't be written. */
export function cannotWrite(path: string, error: unknown): EnvironmentError {
  const why = systemCode(error) ?? messageOf(error);
  return new EnvironmentError(
    `Can't write ${path} (${why}): free it, or set XDG_STATE_HOME to another folder`,
    { cause: error },
  );
}
