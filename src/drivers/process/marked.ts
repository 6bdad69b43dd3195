import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { identify, type ProcessIdentity } from '../../state/identity.js';
import { namePattern } from '../../state/paths.js';

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
  for (const { pid, unit } of unitsOf(folder)) {
    const identity = identify(pid);
    if (identity) found.push({ ...identity, unit });
  }
  return found;
}

/** Names of the networks below a state root that have living processes, whether their folder is there or not. */
export function networksWithProcesses(root: string): string[] {
  const folders = commandLines().flatMap(({ words }) =>
    words.map((word) => /^--state=(.+)$/.exec(word)?.[1]),
  );
  const names = folders.flatMap((folder) => (folder && dirname(folder) === root ? [basename(folder)] : []));
  return [...new Set(names)].filter((name) => namePattern.test(name)).sort();
}

function unitsOf(folder: string): { pid: number; unit: string }[] {
  return commandLines().flatMap(({ pid, words }) => {
    const at = words.indexOf(`--state=${folder}`);
    const unit = /^--unit=(.+)$/.exec(words[at - 1] ?? '')?.[1];
    return unit ? [{ pid, unit }] : [];
  });
}

/** Command lines of all processes of this user. */
function commandLines(): { pid: number; words: string[] }[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): { pid: number; words: string[] }[] {
  const uid = process.getuid?.();
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      if (statSync(`/proc/${entry}`).uid !== uid) return [];
      const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      return [{ pid: Number(entry), words }];
    } catch {
      return [];
    }
  });
}

/** The state folder comes last, so its spaces are its own. */
function fromPs(): { pid: number; words: string[] }[] {
  const text = execFileSync('ps', ['-xww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return text.split('\n').flatMap((line) => {
    const [, pid, unit, state] = /^\s*(\d+)\s.* (--unit=\S+) (--state=.+)$/.exec(line) ?? [];
    return pid && unit && state ? [{ pid: Number(pid), words: [unit, state] }] : [];
  });
}
