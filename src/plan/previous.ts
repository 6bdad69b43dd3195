import { nodesOf } from '@cqkd/node/control';
import type { Plan } from './plan.js';
import { placeOf } from './planned-node.js';

/** Where a node of the running network is. */
export interface PreviousNode {
  host: string;
  region: string;
  /** Of the host. */
  address: string;
  /** Name of its parent; undefined for the first node. */
  parent: string | undefined;
}

/** The nodes of a plan by name. */
export function previousNodes(plan: Plan | undefined): Map<string, PreviousNode> {
  const hosts = plan?.hosts ?? [];
  const names = new Map(
    hosts.flatMap((host) =>
      nodesOf(host).map(({ name, port, address = host.address }) => [placeOf({ address, port }), name]),
    ),
  );
  const nodes = new Map<string, PreviousNode>();
  for (const { name: host, address, candidates, groups } of hosts) {
    for (const { region, nodes: members } of groups) {
      for (const { name, candidates: list } of members) {
        const parent = names.get(candidates[list]?.[0] ?? '');
        nodes.set(name, { host, region, address, parent });
      }
    }
  }
  return nodes;
}
