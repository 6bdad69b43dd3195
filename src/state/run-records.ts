import { appendFileSync, readFileSync } from 'node:fs';
import { EnvironmentError, messageOf, systemCode } from '../errors.js';
import { cannotWrite } from './files.js';
import type { NetworkPaths } from './paths.js';

/** What a command saw and did: one line of runs.jsonl. */
export interface RunRecord {
  /** Milliseconds since the epoch. */
  at: number;
  command: string;
  network: string;
  /** Version of the Node.js that hosts run on; null where it is not known. */
  node: string | null;
  /** The result of the command, as its `--json` has it, without the plan. */
  result: object;
}

/** Appends a record; lines of this size are written in one step. */
export function appendRun(paths: NetworkPaths, record: RunRecord): void {
  try {
    appendFileSync(paths.runs, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  } catch (error) {
    throw cannotWrite(paths.runs, error);
  }
}

/** All records of a network, oldest first; a line that a killed command left half written is passed over. */
export function readRuns({ runs }: Pick<NetworkPaths, 'runs'>): RunRecord[] {
  return linesOf(runs).flatMap((line) => {
    try {
      const record = JSON.parse(line) as Partial<RunRecord> | null;
      return typeof record?.at === 'number' && typeof record.result === 'object' ? [record as RunRecord] : [];
    } catch {
      return [];
    }
  });
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw new EnvironmentError(`Can't read ${path} (${systemCode(error) ?? messageOf(error)})`);
  }
}
