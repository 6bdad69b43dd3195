import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { statFields } from '../../state/identity.js';

/** Whether a process is stopped by a signal, and waits for SIGCONT. */
export function isStopped(pid: number): boolean {
  try {
    const state =
      process.platform === 'linux'
        ? statFields(readFileSync(`/proc/${pid}/stat`, 'utf8'))[0]
        : execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return state?.startsWith('T') ?? false;
  } catch {
    return false;
  }
}
