import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from '../errors.js';

/** Where the state of all networks lies: `$XDG_STATE_HOME/cqkd`, or `~/.local/state/cqkd`. */
export function stateRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_STATE_HOME?.trim() || join(homedir(), '.local', 'state');
  return resolve(base, 'cqkd');
}

/** The files of one network. */
export interface NetworkPaths {
  folder: string;
  plan: string;
  token: string;
  processes: string;
  runs: string;
  /** How to undo what is under way. */
  journal: string;
  logs: string;
}

export function networkPaths(root: string, network: string): NetworkPaths {
  const folder = join(root, network);
  return {
    folder,
    plan: join(folder, 'plan.json'),
    token: join(folder, 'token'),
    processes: join(folder, 'processes.json'),
    runs: join(folder, 'runs.jsonl'),
    journal: join(folder, 'journal.json'),
    logs: join(folder, 'logs'),
  };
}

/** A name of a network, or of something in one: it becomes the name of a folder and of a metric label. */
export const namePattern = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/** @throws UsageError when it is no name */
export function requireNetworkName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new UsageError(
    `A network's name has 1-32 lower-case letters, digits and inner hyphens, got ${JSON.stringify(name)}`,
  );
}
