import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import type { Machine } from './machine.js';
import { measureUdpCost } from './udp-cost.js';

/** Used where the system does not tell. */
const defaultOpenFiles = 1024;
const defaultProcesses = 1000;

/** What this machine has free now: limits of the process and of its control group count as well. */
export async function readMachine(): Promise<Machine> {
  const limits = await read('/proc/self/limits');
  const [groupFree, groupProcesses] = await Promise.all([groupMemory(), groupTasks()]);
  const udpMicroseconds = await measureUdpCost();
  return {
    cores: availableParallelism(),
    memoryBytes: Math.min(freemem(), groupFree),
    platform: process.platform,
    openFiles: limitOf(limits, 'Max open files') ?? defaultOpenFiles,
    processes: Math.min(limitOf(limits, 'Max processes') ?? defaultProcesses, groupProcesses),
    nodeVersion: process.versions.node,
    udpMicroseconds,
    neighbours: Number(await read('/proc/sys/net/ipv4/neigh/default/gc_thresh3')) || Number.POSITIVE_INFINITY,
  };
}

/** The hard limit of a line of /proc/self/limits: Node raises its soft limit of open files to the hard one. */
function limitOf(limits: string, name: string): number | undefined {
  const line = limits.split('\n').find((text) => text.startsWith(name));
  if (!line) return undefined;
  const hard = line.slice(26).trim().split(/\s+/)[1];
  return hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard);
}

/** Memory that the control group (version 2) has left; infinite without one. */
async function groupMemory(): Promise<number> {
  const [max, current, stat] = await Promise.all(
    ['memory.max', 'memory.current', 'memory.stat'].map((name) => read(`/sys/fs/cgroup/${name}`)),
  );
  const limit = Number(max);
  if (!max?.trim() || !Number.isFinite(limit)) return Number.POSITIVE_INFINITY;
  const cache = Number(/^inactive_file (\d+)$/m.exec(stat ?? '')?.[1] ?? 0);
  return Math.max(0, limit - Number(current) + cache);
}

async function groupTasks(): Promise<number> {
  const [max, current] = await Promise.all(
    ['pids.max', 'pids.current'].map((name) => read(`/sys/fs/cgroup/${name}`)),
  );
  const limit = Number(max);
  if (!max?.trim() || !Number.isFinite(limit)) return Number.POSITIVE_INFINITY;
  return Math.max(0, limit - Number(current));
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
