import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { identify, type ProcessIdentity } from '../../state/identity.js';

/** A process of a network, found by what its command line says. */
export interface MarkedProcess extends ProcessIdentity {
  unit: string;
}

/** Arguments that mark the process of a unit; its program takes no notice of them. */
export function marksOf(unit: string, folder: string): string[] {
  return [`--unit=${unit}`, `--state=${folder}`];
}

/**
 * Every living process of this user that carries the marks of a state folder.
 *
 * This finds a process that was started in the moment in which the command that started it was killed.
 */
export function findMarked(folder: string): MarkedProcess[] {
  const found: MarkedProcess[] = [];
  for (const { pid, unit } of process.platform === 'linux' ? fromProc(folder) : fromPs(folder)) {
    const identity = identify(pid);
    if (identity) found.push({ ...identity, unit });
  }
  return found;
}

function fromProc(folder: string): { pid: number; unit: string }[] {
  const uid = process.getuid?.();
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      if (statSync(`/proc/${entry}`).uid !== uid) return [];
      const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      const at = words.indexOf(`--state=${folder}`);
      const unit = /^--unit=(.+)$/.exec(words[at - 1] ?? '')?.[1];
      return unit ? [{ pid: Number(entry), unit }] : [];
    } catch {
      return [];
    }
  });
}

function fromPs(folder: string): { pid: number; unit: string }[] {
  const text = execFileSync('ps', ['-xww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return text.split('\n').flatMap((line) => {
    const [, pid, command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    const at = command.indexOf(` --state=${folder}`);
    const unit = / --unit=(\S+)$/.exec(command.slice(0, Math.max(0, at)))?.[1];
    return pid && unit && command.endsWith(`--state=${folder}`) ? [{ pid: Number(pid), unit }] : [];
  });
}
