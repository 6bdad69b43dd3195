import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EnvironmentError, messageOf, systemCode, UsageError } from '../errors.js';
import { heading } from './render.js';

/** What Compose reads in a folder. */
const composeFile = 'docker-compose.yml';
const variablesFile = '.env';
/** What Compose would read instead of our file, or add to it. */
const rivals = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

export interface ComposeFiles {
  compose: string;
  /** Holds the token. */
  variables: string;
}

/**
 * Checks that files can be written to a folder without taking anything from anybody.
 *
 * @param network whose files may be written over
 * @param force also files that are not ours
 * @throws UsageError, EnvironmentError that names the file
 */
export function requireWritable(folder: string, network: string, force: boolean): void {
  const rival = rivals.find((name) => existsSync(join(folder, name)));
  if (rival) {
    throw new UsageError(
      `${join(folder, rival)} is there, which Compose would read too: choose another folder with -o`,
    );
  }
  if (force) return;
  for (const name of [composeFile, variablesFile]) {
    const path = join(folder, name);
    if (!existsSync(path) || isOurs(path, network)) continue;
    throw new UsageError(
      `${path} is there and not of this network: choose another folder with -o, or write over it with --force`,
    );
  }
}

/** Writes the files, the one with the token for its owner alone. @returns their paths @throws EnvironmentError */
export function writeFiles(folder: string, { compose, variables }: ComposeFiles): string[] {
  const files = [
    { path: join(folder, composeFile), content: compose, mode: 0o644 },
    { path: join(folder, variablesFile), content: variables, mode: 0o600 },
  ];
  makeFolders(folder);
  for (const { path, content, mode } of files) {
    attempt(path, () => {
      // A file that is there would keep its own mode.
      rmSync(path, { force: true });
      writeFileSync(path, content, { mode, flag: 'wx' });
    });
  }
  return files.map(({ path }) => path);
}

/** Both files say whose they are. */
function isOurs(path: string, network: string): boolean {
  const text = attempt(path, () => readFileSync(path, 'utf8'));
  return text.startsWith(heading(network));
}

/** One step at a time: the recursive `mkdir` of Node never ends on some file systems, as /proc. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  attempt(folder, () => mkdirSync(folder));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new EnvironmentError(
      `Can't write ${path} (${systemCode(error) ?? messageOf(error)}): choose another folder with -o`,
    );
  }
}
