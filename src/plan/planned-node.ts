import type { PlanTier } from './tiers.js';

/** A node while a plan is being made. */
export interface PlannedNode {
  name: string;
  tier: PlanTier;
  region: string;
  /** Empty until its host has been placed. */
  address: string;
  port: number;
  /** The bootstrap node that it is meant to join through; the first node of a network has none. */
  parent?: PlannedNode;
  /** Nodes that may attach to it; Infinity = only reported, never refused. */
  connections: number;
}

/** `address:port`, as specs name a bootstrap node. */
export function placeOf(node: { address: string; port: number }): string {
  return `${node.address}:${node.port}`;
}
