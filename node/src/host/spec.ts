import type { Tier } from '../control/api.js';
import type { PortSpace } from '../ports/search-order.js';

/** One node of a host. */
export interface NodeSpec {
  /** NODE_ID: the 160-bit id is its SHA-1. */
  name: string;
  port: number;
  /** Where it binds, when that is not the host's address. */
  address?: string;
  /** Index into the host's `candidates`. */
  candidates: number;
}

/** Nodes of one tier and region on a host, with what they have in common. */
export interface NodeGroup {
  tier: Tier;
  region: string;
  /**
   * All bootstrap nodes of the tier as a ring, those of this group among them, `address:port`: each is the backup of
   * the one before it, the first of the last. The same order on every host, so that all agree on who replaces whom.
   * Empty for workers and endpoints.
   */
  siblings: string[];
  /** Connections that each node accepts before it refuses more; null = no limit (flat, or no bootstrap node). */
  capacity: number | null;
  nodes: NodeSpec[];
}

/**
 * All that a host process needs to know: what the planner decided, as data.
 *
 * It travels as JSON in the variable CQKD_HOST; `PUT /v1/spec` of a running host takes a changed one.
 */
export interface HostSpec {
  network: string;
  /** Unique in the network, e.g. `shared-1`. */
  name: string;
  /** IPv4 address that the nodes bind to. */
  address: string;
  /** Where the control API listens; port 0 = any free one. */
  control: { address: string; port: number };
  /** Base address of the coordinator's API. */
  coordinator: string;
  /** Bootstrap nodes to try, `address:port`, in this order; one list is shared by many nodes. An empty list = the first node of a network. */
  candidates: string[][];
  /** The bootstrap nodes of the network without its hierarchy, `address:port`; those before it for a host of one of them, none for the first. */
  fallbackCandidates: string[];
  /** Each tier and region once, in the order in which their nodes join. */
  groups: NodeGroup[];
  /** Where a worker looks for a free port when its own is taken by another program. */
  ports: PortSpace;
  /** Settings that differ from their defaults; names in lower case (see settings.ts), values as text. */
  settings: Record<string, string>;
}

/** The nodes of a host, those of all its groups. */
export function nodesOf({ groups }: Pick<HostSpec, 'groups'>): NodeSpec[] {
  return groups.flatMap(({ nodes }) => nodes);
}

/** The tiers that a host has nodes of. */
export function tiersOf({ groups }: Pick<HostSpec, 'groups'>): Tier[] {
  return [...new Set(groups.map(({ tier }) => tier))];
}

/** The regions that a host has nodes of. */
export function regionsOf({ groups }: Pick<HostSpec, 'groups'>): string[] {
  return [...new Set(groups.map(({ region }) => region))];
}

/**
 * What the coordinator needs to know; travels as JSON in the variable CQKD_COORDINATOR.
 */
export interface CoordinatorSpec {
  network: string;
  control: { address: string; port: number };
  /** IPv4 address and port (0 = any) of its own gateway node. */
  address: string;
  port: number;
  /** Bootstrap nodes of the gateway node, `address:port`. */
  candidates: string[];
  /** Nodes that the plan has in each tier. */
  expected: Partial<Record<Tier, number>>;
  settings: Record<string, string>;
  seed: number;
}
