import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** Processor time of the whole machine since it started, over all cores. Seconds. */
export interface ProcessorTime {
  busy: number;
  steal: number;
  total: number;
}

/** Clock ticks a second of /proc; 100 on every Linux that Node runs on. */
export const ticksPerSecond = 100;

/** Reads it from /proc/stat, or from what the system tells Node (which knows no steal). */
export async function processorTime(): Promise<ProcessorTime> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => '');
  const fields = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number);
  if (fields && fields.length >= 8) {
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0, steal = 0] = fields;
    const busy = user + nice + system + irq + softIrq;
    const total = busy + idle + wait + steal;
    return { busy: busy / ticksPerSecond, steal: steal / ticksPerSecond, total: total / ticksPerSecond };
  }
  const times = cpus().map((cpu) => cpu.times);
  const sum = (pick: (t: (typeof times)[number]) => number) =>
    times.reduce((all, t) => all + pick(t), 0) / 1000;
  const busy = sum((t) => t.user + t.nice + t.sys + t.irq);
  return { busy, steal: 0, total: busy + sum((t) => t.idle) };
}
