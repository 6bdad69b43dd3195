import { type CpuTimes, readCpuTimes } from '../machine/cpu-times.js';
import type { Subject } from './subject.js';

/** Share of the CPU that may go to neither the network nor the harness, percent. */
const FOREIGN_LIMIT_PERCENT = 20;
const STEAL_LIMIT_PERCENT = 10;
const EVENT_LOOP_LIMIT_MS = 100;
/** The kernel counts in hundredths: shorter spans of CPU time tell nothing. Seconds. */
const SHORTEST_SPAN_SECONDS = 0.5;

/** What the machine did in a span of time. */
export interface MachineSpan {
  times: CpuTimes;
  networkCpuSeconds: number;
  /** Coordinator and command line. */
  harnessCpuSeconds: number;
  /** 99th percentile of the coordinator's event-loop delay. */
  eventLoopP99Ms: number;
}

/** @returns what kept the machine busy, in words; undefined when nothing did */
export function saturationOf(span: MachineSpan): string | undefined {
  const { busySeconds, totalSeconds, stealSeconds } = span.times;
  if (totalSeconds < SHORTEST_SPAN_SECONDS) return undefined;
  const foreign = (100 * (busySeconds - span.networkCpuSeconds - span.harnessCpuSeconds)) / totalSeconds;
  const steal = (100 * stealSeconds) / totalSeconds;
  if (foreign > FOREIGN_LIMIT_PERCENT) return `other programs took ${Math.round(foreign)} % of the CPU`;
  if (steal > STEAL_LIMIT_PERCENT) return `${Math.round(steal)} % of the CPU was stolen by other guests`;
  if (span.eventLoopP99Ms > EVENT_LOOP_LIMIT_MS) {
    return `the coordinator was ${Math.round(span.eventLoopP99Ms)} ms behind`;
  }
  return undefined;
}

/** Watches the machine while something runs. @returns its result, and what kept the machine busy meanwhile */
export async function watched<T>(
  subject: Subject,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<{ result: T; saturated: string | undefined }> {
  const before = await sample(subject, signal);
  const result = await run();
  const after = await sample(subject, signal);
  const times = {
    busySeconds: after.times.busySeconds - before.times.busySeconds,
    totalSeconds: after.times.totalSeconds - before.times.totalSeconds,
    stealSeconds: after.times.stealSeconds - before.times.stealSeconds,
  };
  const saturated = saturationOf({
    times,
    networkCpuSeconds: after.networkCpuSeconds - before.networkCpuSeconds,
    harnessCpuSeconds: after.harnessCpuSeconds - before.harnessCpuSeconds,
    eventLoopP99Ms: after.eventLoopP99Ms,
  });
  return { result, saturated };
}

async function sample(subject: Subject, signal: AbortSignal): Promise<MachineSpan> {
  const [times, usage, { coordinator }] = await Promise.all([
    readCpuTimes(),
    subject.usage(signal),
    subject.view(signal),
  ]);
  const { user, system } = process.cpuUsage();
  return {
    times,
    networkCpuSeconds: usage.cpuSeconds,
    harnessCpuSeconds: coordinator.load.cpuSeconds + (user + system) / 1e6,
    eventLoopP99Ms: coordinator.load.eventLoopP99Ms,
  };
}
