import { appendFileSync } from 'node:fs';
import { cannotWrite } from './files.js';
import type { NetworkPaths } from './paths.js';

/** What a command saw and did: one line of runs.jsonl. */
export interface RunRecord {
  /** Milliseconds since the epoch. */
  at: number;
  command: string;
  network: string;
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
