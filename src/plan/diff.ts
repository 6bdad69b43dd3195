import { type HostSpec, type Tier, tiersOf } from '@cqkd/node/control';
import type { Plan } from './plan.js';
import { tierOrder } from './tiers.js';

/** What turns one plan into another. */
export interface PlanChange {
  /** Hosts to start, in order. */
  added: HostSpec[];
  /** Hosts that go on with another spec. */
  changed: HostSpec[];
  /** Hosts to stop, in order: workers first, super nodes last. */
  removed: HostSpec[];
}

/** Compares two plans of one network. */
export function planChange(before: Plan, after: Plan): PlanChange {
  const old = new Map(before.hosts.map((host) => [host.name, host]));
  const kept = new Set(after.hosts.map((host) => host.name));
  const isChanged = (host: HostSpec) => JSON.stringify(old.get(host.name)) !== JSON.stringify(host);
  return {
    added: after.hosts.filter((host) => !old.has(host.name)),
    changed: after.hosts.filter((host) => old.has(host.name) && isChanged(host)),
    removed: stopOrder(before.hosts.filter((host) => !kept.has(host.name))),
  };
}

/** Hosts in the order in which they stop: those of endpoints and workers, of local, of regional, of super nodes. */
export function stopOrder<H extends Pick<HostSpec, 'groups'>>(hosts: readonly H[]): H[] {
  return [...hosts].sort((a, b) => stopRank(tiersOf(b)) - stopRank(tiersOf(a)));
}

/** Rank of a host among those that stop, the highest first: that of its lowest tier. */
export function stopRank(tiers: readonly Tier[]): number {
  return Math.max(...tiers.map((tier) => tierOrder.indexOf(tier as (typeof tierOrder)[number])));
}
