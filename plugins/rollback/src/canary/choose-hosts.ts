import { type Plan, stopOrder } from '@cqkd/harness';

/**
 * The order in which hosts get a change: leaves first, so that what goes wrong meets a few workers before it meets
 * those that all hang from; within a tier in turn among the regions, so that a small share is not all of one.
 */
export function canaryOrder(plan: Plan): string[] {
  const order = stopOrder(plan.hosts);
  const tiers = [...new Set(order.map(({ tier }) => tier))];
  return tiers.flatMap((tier) => inTurn(order.filter((host) => host.tier === tier))).map(({ name }) => name);
}

/** So many percent of the hosts, one at least. */
export function shareOf(order: readonly string[], percent: number): string[] {
  return order.slice(0, Math.max(1, Math.ceil((order.length * percent) / 100)));
}

/** The first of each region, then the second of each, and so on. */
function inTurn<H extends { region: string }>(hosts: readonly H[]): H[] {
  const seen = new Map<string, number>();
  const ranked = hosts.map((host) => {
    const rank = seen.get(host.region) ?? 0;
    seen.set(host.region, rank + 1);
    return { host, rank };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ host }) => host);
}
