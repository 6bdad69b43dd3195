import type { Plan } from './plan.js';

/** Where a node of the running network is. */
export interface PreviousNode {
  host: string;
  region: string;
  /** `address:port` of its parent; undefined for the first node. */
  parent: string | undefined;
}

/** The nodes of a plan by name. */
export function previousNodes(plan: Plan | undefined): Map<string, PreviousNode> {
  const nodes = new Map<string, PreviousNode>();
  for (const host of plan?.hosts ?? []) {
    for (const node of host.nodes) {
      const parent = host.candidates[node.candidates]?.[0];
      nodes.set(node.name, { host: host.name, region: host.region, parent });
    }
  }
  return nodes;
}
