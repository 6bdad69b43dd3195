import type { HostSpec } from '@cqkd/node/control';
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

/** Hosts in the order in which they stop: endpoints and workers, local, regional, super. */
export function stopOrder<H extends { tier: string }>(hosts: readonly H[]): H[] {
  const rank = (host: H) => tierOrder.indexOf(host.tier as (typeof tierOrder)[number]);
  return [...hosts].sort((a, b) => rank(b) - rank(a));
}
