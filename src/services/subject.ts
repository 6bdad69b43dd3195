import { tiersOf } from '@cqkd/node/control';
import type { CoordinatorClient } from '../coordinator-client/coordinator-client.js';
import type { Driver } from '../drivers/driver.js';
import type { Entries, Subject, Usage } from '../measure/subject.js';
import type { Plan } from '../plan/plan.js';
import { bootstrapTiers } from '../plan/tiers.js';
import type { NetworkHandle } from './network-handle.js';
import { coordinatorUnit } from './plan-units.js';

/** A network as the measurements see it: through its coordinator, and through what the system says of its hosts. */
export function subjectOf({ client, driver, deployment: { plan } }: NetworkHandle): Subject {
  return {
    workers: plan.workers,
    seed: plan.seed,
    view: (signal) => client.network(signal, { nodes: false }),
    nodes: (signal) => client.network(signal),
    entries: (signal) => entriesOf(client, plan, signal),
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

const bootstraps = Object.keys(bootstrapTiers) as (keyof typeof bootstrapTiers)[];

/** All bootstrap nodes; without the hierarchy those two that every node falls back to. */
async function entriesOf(client: CoordinatorClient, plan: Plan, signal: AbortSignal): Promise<Entries> {
  const [view, settings] = await Promise.all([client.network(signal), client.getSettings(signal)]);
  if (settings.settings.enable_multi_level_bootstrap !== 'false') {
    // Of the plan: a host that has never reported is missing from what the hosts tell.
    const total = bootstraps.reduce((sum, tier) => sum + (view.tiers[tier]?.total ?? 0), 0);
    return { total, healthy: view.bootstrap.healthy };
  }
  const places = new Set(
    plan.hosts.flatMap((host) => (tiersOf(host).includes('worker') ? host.fallbackCandidates : [])),
  );
  const fallback = view.hosts.flatMap((host) =>
    host.nodes
      .filter(({ address, port }) => places.has(`${address}:${port}`))
      .map((node) => host.state === 'up' && node.state === 'joined'),
  );
  return { total: places.size, healthy: fallback.filter(Boolean).length };
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
