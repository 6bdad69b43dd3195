import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** CPU seconds of the whole machine since it started, summed over its cores. */
export interface CpuTimes {
  busySeconds: number;
  totalSeconds: number;
  /** Taken by other guests of the same hardware. */
  stealSeconds: number;
}

/** The kernel counts in hundredths of a second on every system that has /proc/stat. */
const TICKS_PER_SECOND = 100;

/** Reads the machine's CPU times; without /proc/stat the steal reads as 0. */
export async function readCpuTimes(): Promise<CpuTimes> {
  try {
    const line = /^cpu\s+(.+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1] ?? '';
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
      .split(/\s+/)
      .map((ticks) => Number(ticks) / TICKS_PER_SECOND);
    const busySeconds = user + nice + system + irq + softirq;
    return { busySeconds, totalSeconds: busySeconds + idle + iowait + steal, stealSeconds: steal };
  } catch {
    const sum = { busySeconds: 0, totalSeconds: 0, stealSeconds: 0 };
    for (const { times } of cpus()) {
      const busy = (times.user + times.nice + times.sys + times.irq) / 1000;
      sum.busySeconds += busy;
      sum.totalSeconds += busy + times.idle / 1000;
    }
    return sum;
  }
}
