import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { statFields } from '../../state/identity.js';

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

export interface ProcessUsage {
  /** PSS where the system has it, else RSS. Bytes. */
  memoryBytes: number;
  /** User and system time. Seconds. */
  cpuSeconds: number;
}

/** What a process uses. @throws Error when it is gone */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  if (process.platform !== 'linux') return usageByPs(pid);
  const [stat, memoryBytes] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), memoryOnLinux(pid)]);
  const fields = statFields(stat);
  return { memoryBytes, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
}

async function memoryOnLinux(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const pss = /^Pss: +(\d+) kB$/m.exec(rollup)?.[1];
  if (pss) return Number(pss) * 1024;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function usageByPs(pid: number): Promise<ProcessUsage> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=,time=', '-p', String(pid)]);
  const [rss, time = ''] = stdout.trim().split(/\s+/);
  return { memoryBytes: Number(rss) * 1024, cpuSeconds: secondsOf(time) };
}

/** `[[days-]hours:]minutes:seconds` as ps prints it. */
export function secondsOf(time: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?(.*)$/.exec(time) ?? [];
  return clock.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0) + Number(days) * 86_400;
}
