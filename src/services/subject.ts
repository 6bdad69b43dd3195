import type { Driver } from '../drivers/driver.js';
import type { Subject, Usage } from '../measure/subject.js';
import type { NetworkHandle } from './network-handle.js';
import { coordinatorUnit } from './plan-units.js';

/** A network as the measurements see it: through its coordinator, and through what the system says of its hosts. */
export function subjectOf({ client, driver, deployment: { plan } }: NetworkHandle): Subject {
  return {
    workers: plan.workers,
    seed: plan.seed,
    view: (signal) => client.network(signal, { nodes: false }),
    usage: (signal) =>
      usageOf(
        driver,
        plan.hosts.map((host) => host.name),
        signal,
      ),
    discovery: (signal) => client.discovery(signal),
    health: (signal) => client.health(signal),
    lookup: (request, signal) => client.lookup(request, signal),
    store: (request, signal) => client.store(request, signal),
    reachability: (signal) => client.reachability(signal),
  };
}

async function usageOf(driver: Driver, hosts: readonly string[], signal: AbortSignal): Promise<Usage> {
  signal.throwIfAborted();
  const stats = new Map((await driver.stats()).map((unit) => [unit.name, unit]));
  const running = hosts.flatMap((host) => stats.get(host) ?? []);
  return {
    cpuSeconds: running.reduce((sum, unit) => sum + unit.cpuSeconds, 0),
    memoryBytes: running.reduce((sum, unit) => sum + unit.memoryBytes, 0),
    missing: hosts.filter((host) => !stats.has(host)),
  };
}

/** Memory of the coordinator: the harness's own, not the network's. Null when it can't be read. Bytes. */
export async function coordinatorMemory(driver: Driver): Promise<number | null> {
  const stats = await driver.stats().catch(() => []);
  return stats.find((unit) => unit.name === coordinatorUnit)?.memoryBytes ?? null;
}
