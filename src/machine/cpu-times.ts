import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** CPU seconds of the whole machine since it started, summed over its cores. */
export interface CpuTimes {
  busySeconds: number;
  totalSeconds: number;
  /** Taken by other guests of the same hardware. */
  stealSeconds: number;
  /** Time in which at least one task waited for a processor (/proc/pressure/cpu); null where the system has no such file. */
  waitingSeconds: number | null;
}

/** The kernel counts in hundredths of a second on every system that has /proc/stat. */
const TICKS_PER_SECOND = 100;

/** Reads the machine's CPU times; without /proc/stat the steal reads as 0. */
export async function readCpuTimes(): Promise<CpuTimes> {
  const waitingSeconds = await readWaiting();
  try {
    const line = /^cpu\s+(.+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1] ?? '';
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
      .split(/\s+/)
      .map((ticks) => Number(ticks) / TICKS_PER_SECOND);
    const busySeconds = user + nice + system + irq + softirq;
    return {
      busySeconds,
      totalSeconds: busySeconds + idle + iowait + steal,
      stealSeconds: steal,
      waitingSeconds,
    };
  } catch {
    const sum = { busySeconds: 0, totalSeconds: 0, stealSeconds: 0, waitingSeconds };
    for (const { times } of cpus()) {
      const busy = (times.user + times.nice + times.sys + times.irq) / 1000;
      sum.busySeconds += busy;
      sum.totalSeconds += busy + times.idle / 1000;
    }
    return sum;
  }
}

/** Returns the times between two readings. */
export function cpuTimesBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  const { waitingSeconds: waitedBefore } = before;
  const { waitingSeconds: waitedAfter } = after;
  return {
    busySeconds: after.busySeconds - before.busySeconds,
    totalSeconds: after.totalSeconds - before.totalSeconds,
    stealSeconds: after.stealSeconds - before.stealSeconds,
    waitingSeconds: waitedBefore === null || waitedAfter === null ? null : waitedAfter - waitedBefore,
  };
}

/** The kernel counts microseconds here. */
async function readWaiting(): Promise<number | null> {
  const text = await readFile('/proc/pressure/cpu', 'utf8').catch(() => '');
  const total = /^some .*total=(\d+)/m.exec(text)?.[1];
  return total === undefined ? null : Number(total) / 1e6;
}
