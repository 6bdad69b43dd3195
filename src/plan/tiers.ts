import type { Tier } from '@cqkd/node/control';

/** Tiers that a plan has nodes in, in the order in which their hosts start. */
export const tierOrder = [
  'super',
  'regional',
  'local',
  'worker',
  'endpoint',
] as const satisfies readonly Tier[];

export type PlanTier = (typeof tierOrder)[number];

export const regions = ['east', 'west', 'north', 'south'] as const;

/** Region of everything in a network without regions. */
export const defaultRegion = 'default';

export const ordinals = ['primary', 'secondary', 'tertiary', 'quaternary', 'quinary', 'senary'] as const;

/** First port, most nodes and connections a node of each tier of bootstrap nodes. */
export const bootstrapTiers = {
  super: { firstPort: 5678, most: 4, connections: 500 },
  regional: { firstPort: 5682, most: 16, connections: 250 },
  local: { firstPort: 5698, most: 64, connections: 50 },
} as const;

/** Alice and Bob: plain nodes that use the network. */
export const endpoints = [
  { name: 'alice', port: 6000 },
  { name: 'bob', port: 6001 },
] as const;

/** How many candidates of each tier a node is given at most. */
export const candidatesOf = { super: 2, regional: 4, local: 8 } as const;

/** Most nodes of one host: its spec must fit an environment variable (128 KiB on Linux). */
export const mostNodesPerHost = 1000;
