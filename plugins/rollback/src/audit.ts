import { appendFileSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, type JudgedMetric, messageOf, systemCode, type Verdict } from '@cqkd/harness';

/** A metric before or after a change. */
export type AuditedMetric = Pick<JudgedMetric, 'id' | 'value' | 'unit' | 'status'>;

/** One change of settings: who, when, what, why, and what it did. One line of the audit log. */
export interface AuditEntry {
  /** Time in ISO 8601. */
  at: string;
  network: string;
  driver: string;
  /** `user@machine`. */
  who: string;
  pid: number;
  /** What was typed. */
  command: string;
  /** What was done. */
  what: string;
  why: string;
  /** By upper-case name; null = not set. */
  settings: Record<string, { from: string | null; to: string | null }>;
  before: AuditedMetric[] | null;
  after: AuditedMetric[] | null;
  /** What came of it: `kept`, `undone`, or `failed`: it may be half done. */
  outcome: 'kept' | 'undone' | 'failed';
  verdict: Verdict | null;
}

/** What a change tells of itself. */
export type AuditedChange = Omit<AuditEntry, 'at' | 'who' | 'pid' | 'command'>;

/** One file for all networks: it is still there when a network is gone. */
export function auditPath(root: string): string {
  return join(root, 'audit.jsonl');
}

/** Writes a line; one of this size is written in one step. @throws EnvironmentError */
export function audit(root: string, change: AuditedChange): void {
  const entry: AuditEntry = {
    at: new Date().toISOString(),
    ...change,
    who: `${userName()}@${hostname()}`,
    pid: process.pid,
    command: ['cqkd', ...process.argv.slice(2)].join(' '),
  };
  const path = auditPath(root);
  try {
    appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new EnvironmentError(
      `Can't write ${path} (${systemCode(error) ?? messageOf(error)}): free it, or set XDG_STATE_HOME to another folder`,
    );
  }
}

/** All changes of a network, oldest first. A line that can't be read is left out. @throws EnvironmentError */
export function readAudit(root: string, network: string): AuditEntry[] {
  const path = auditPath(root);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw new EnvironmentError(`Can't read ${path} (${systemCode(error) ?? messageOf(error)})`);
  }
  return text
    .split('\n')
    .flatMap(parse)
    .filter((entry) => entry.network === network);
}

function parse(line: string): AuditEntry[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as AuditEntry];
  } catch {
    // Whoever was killed while writing left half a line.
    return [];
  }
}

/** A user without a name has a number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

export function audited(metrics: readonly JudgedMetric[]): AuditedMetric[] {
  return metrics.map(({ id, value, unit, status }) => ({ id, value, unit, status }));
}
