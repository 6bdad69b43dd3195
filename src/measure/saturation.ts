import { type CpuTimes, cpuTimesBetween, readCpuTimes } from '../machine/cpu-times.js';
import type { Subject } from './subject.js';

/** Share of the CPU that may go to neither the network nor the harness, percent. */
const FOREIGN_LIMIT_PERCENT = 20;
const STEAL_LIMIT_PERCENT = 10;
const EVENT_LOOP_LIMIT_MS = 100;
/** From this share of the CPU on, or of the time with tasks that wait for it, the network's own load fills the machine. */
const FULL_PERCENT = 85;
/** Hosts that are no later than this keep up with their load. */
const HOST_LATE_MS = 50;
/** The kernel counts in hundredths: shorter spans of CPU time tell nothing. Seconds. */
const SHORTEST_SPAN_SECONDS = 0.5;

/** What the machine did in a span of time. */
export interface MachineSpan {
  times: CpuTimes;
  networkCpuSeconds: number;
  /** Coordinator and command line. */
  harnessCpuSeconds: number;
  /** Time that the span took. */
  seconds: number;
  /** 99th percentile of the coordinator's event-loop delay. */
  eventLoopP99Ms: number;
  /** The same of the host that was the latest. */
  hostP99Ms: number;
}

/** @returns what kept the machine busy, in words; undefined when nothing did */
export function saturationOf(span: MachineSpan): string | undefined {
  const { busySeconds, totalSeconds, stealSeconds } = span.times;
  if (totalSeconds < SHORTEST_SPAN_SECONDS) return undefined;
  const ownSeconds = span.networkCpuSeconds + span.harnessCpuSeconds;
  const foreign = (100 * (busySeconds - ownSeconds)) / totalSeconds;
  const steal = (100 * stealSeconds) / totalSeconds;
  if (foreign > FOREIGN_LIMIT_PERCENT) return `other programs took ${Math.round(foreign)} % of the CPU`;
  if (steal > STEAL_LIMIT_PERCENT) return `${Math.round(steal)} % of the CPU was stolen by other guests`;
  const overload = overloadOf(span, (100 * ownSeconds) / totalSeconds);
  if (overload !== undefined) return overload;
  if (span.eventLoopP99Ms > EVENT_LOOP_LIMIT_MS) {
    return `the coordinator was ${Math.round(span.eventLoopP99Ms)} ms behind`;
  }
  return undefined;
}

/** The network asks for more than the processors can do: hosts are late, and there is hardly any time left over. */
function overloadOf({ times, seconds, hostP99Ms }: MachineSpan, ownPercent: number): string | undefined {
  const waiting = times.waitingSeconds === null ? 0 : (100 * times.waitingSeconds) / seconds;
  if (hostP99Ms <= HOST_LATE_MS || Math.max(ownPercent, waiting) < FULL_PERCENT) return undefined;
  const load = `${Math.round(ownPercent)} % of the CPU`;
  return (
    `the network's own load fills the processors (${load}, hosts up to ${Math.round(hostP99Ms)} ms late): ` +
    'use fewer workers, more cores, the default density or a newer Node.js'
  );
}

/** Watches the machine while something runs. @returns its result, and what kept the machine busy meanwhile */
export async function watched<T>(
  subject: Subject,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<{ result: T; saturated: string | undefined }> {
  const before = await sample(subject, signal);
  const startedAt = performance.now();
  const result = await run();
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await sample(subject, signal);
  const saturated = saturationOf({
    times: cpuTimesBetween(before.times, after.times),
    seconds,
    networkCpuSeconds: after.networkCpuSeconds - before.networkCpuSeconds,
    harnessCpuSeconds: after.harnessCpuSeconds - before.harnessCpuSeconds,
    eventLoopP99Ms: after.eventLoopP99Ms,
    hostP99Ms: after.hostP99Ms,
  });
  return { result, saturated };
}

async function sample(subject: Subject, signal: AbortSignal): Promise<Omit<MachineSpan, 'seconds'>> {
  const [times, usage, { coordinator, hosts }] = await Promise.all([
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
    hostP99Ms: Math.max(0, ...hosts.map(({ load }) => load.eventLoopP99Ms)),
  };
}
