import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, systemCode, UsageError } from '../errors.js';

/** The Node.js that hosts run on. */
export interface NodeBinary {
  /** Absolute path of the program. */
  path: string;
  /** Version without the `v`: 24.1.0. */
  version: string;
}

/** The oldest version that a host runs on: major and minor. */
const oldest = [20, 19] as const;
/** A program that does not print its version in this time is no Node.js. */
const answerWithinMs = 10_000;

/** The Node.js that this program runs on. */
export function ownNodeBinary(): NodeBinary {
  return { path: process.execPath, version: process.versions.node };
}

/**
 * The Node.js at a path; without one, the one that this program runs on.
 *
 * @throws UsageError when it is no Node.js, or one that is too old
 */
export async function readNodeBinary(given: string | undefined): Promise<NodeBinary> {
  if (given === undefined) return ownNodeBinary();
  if (given.trim() === '') throw refused(given, 'which names no file');
  const path = resolve(given);
  if (path === process.execPath) return ownNodeBinary();
  const version = (await printed(path, given)).trim();
  const [, major, minor] = /^v(\d+)\.(\d+)\.\d+/.exec(version) ?? [];
  if (major === undefined || minor === undefined)
    throw refused(given, `which prints ${JSON.stringify(version.slice(0, 40))}`);
  if (Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]))
    throw refused(given, `which is ${version}`);
  return { path, version: version.slice(1) };
}

async function printed(path: string, given: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: answerWithinMs });
    return stdout;
  } catch (error) {
    const code = systemCode(error);
    const why =
      code === 'ENOENT'
        ? 'which is not there'
        : `which can't be run (${code ?? messageOf(error).split('\n', 1)[0]})`;
    throw refused(given, why);
  }
}

function refused(given: string, why: string): UsageError {
  return new UsageError(
    `--node-binary and CQKD_NODE_BINARY take the program of Node.js 20.19 or later, got ${given || 'nothing'}, ${why}`,
  );
}
