import type { Plan } from '@cqkd/harness';
import type { Tier } from '@cqkd/node/control';

/** A node with the host that runs it. */
export interface CanaryNode {
  name: string;
  host: string;
}

/** Workers first: what goes wrong reaches a few of them before it reaches the nodes that they all depend on. */
const order: readonly Tier[] = ['worker', 'endpoint', 'local', 'regional', 'super'];

/**
 * All nodes in the order in which a rollout reaches them: tier by tier, and within a tier in turn among the regions, so
 * that a small share is not all of one region.
 */
export function canaryOrder({ hosts }: Pick<Plan, 'hosts'>): CanaryNode[] {
  const groups = hosts.flatMap(({ name: host, groups }) => groups.map((group) => ({ ...group, host })));
  return order.flatMap((tier) => {
    const seen = new Map<string, number>();
    const ranked = groups
      .filter((group) => group.tier === tier)
      .flatMap(({ host, region, nodes }) =>
        nodes.map(({ name }) => {
          const rank = seen.get(region) ?? 0;
          seen.set(region, rank + 1);
          return { name, host, rank };
        }),
      );
    return ranked.sort((a, b) => a.rank - b.rank).map(({ name, host }) => ({ name, host }));
  });
}

/** The first nodes of an order up to a share in percent, one at least. */
export function shareOf(nodes: readonly CanaryNode[], percent: number): CanaryNode[] {
  return nodes.slice(0, Math.max(1, Math.ceil((nodes.length * percent) / 100)));
}

/** As few hosts, in the order in which their nodes come up, as hold at least a share of the nodes; one at least. */
export function hostsFor(nodes: readonly CanaryNode[], percent: number): string[] {
  const wanted = shareOf(nodes, percent).length;
  const sizes = new Map<string, number>();
  for (const { host } of nodes) sizes.set(host, (sizes.get(host) ?? 0) + 1);
  const hosts: string[] = [];
  let held = 0;
  for (const [host, size] of sizes) {
    if (held >= wanted) break;
    hosts.push(host);
    held += size;
  }
  return hosts;
}
