import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { EnvironmentError, messageOf, systemCode } from '../errors.js';

/** Writes a file so that a reader sees either the old text or the new, whatever happens. */
export function writeFileAtomic(path: string, text: string, mode = 0o644): void {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, text, { mode, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(path, error);
  }
}

/** Makes a folder that only its owner reads. @throws EnvironmentError that names it */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** The error for a place that can't be written. */
export function cannotWrite(path: string, error: unknown): EnvironmentError {
  const why = systemCode(error) ?? messageOf(error);
  return new EnvironmentError(
    `Can't write ${path} (${why}): free it, or set XDG_STATE_HOME to another folder`,
  );
}
