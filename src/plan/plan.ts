import type { CoordinatorSpec, HostSpec } from '@cqkd/node/control';
import type { Machine } from '../machine/machine.js';
import type { Ground } from './ground.js';
import type { PlannedRuntime } from './node-flags.js';
import type { PlanTier } from './tiers.js';

/** What may be asked for. */
export const topologies = ['auto', 'flat', 'tiered'] as const;
export type TopologyChoice = (typeof topologies)[number];

/** `legacy` = the two bootstrap nodes of a network without the hierarchy. */
export type Topology = 'flat' | 'tiered' | 'legacy';

export interface PlanInput {
  network: string;
  workers: number;
  topology: TopologyChoice;
  /** Settings that were given; names in lower case, values as text. */
  settings: Readonly<Record<string, string>>;
  machine: Machine;
  /** Nodes per host, each of one tier and region; by default hosts are shared, as many as the cores can use. */
  density?: number;
  seed: number;
  /** Where the network will live. */
  ground: Ground;
  /** Port of the coordinator's API; 0 = not chosen yet. */
  coordinatorPort: number;
  /** The plan of the running network: what stays keeps its place. */
  previous?: Plan;
}

/** One tier of a plan. */
export interface TierPlan {
  tier: PlanTier;
  nodes: number;
  hosts: number;
  /** Lowest and highest port. */
  ports: { min: number; max: number };
  /** Connections that its nodes take together; null where nothing attaches to it. */
  capacity: number | null;
}

/** Something that bounds the size of a network. */
export interface Limit {
  name: string;
  need: number;
  available: number;
  unit: 'bytes' | 'count' | 'cores';
  /** The most workers that it allows. */
  maxWorkers: number;
  /** True for a limit beyond which a network comes up and is slow; nothing is refused for it. */
  advisory?: true;
  /** What it is, and how to raise it. */
  description: string;
}

export interface Ratio {
  /** Workers to one bootstrap node. */
  workersPerBootstrap: number;
  status: 'ok' | 'warning' | 'critical';
}

/** A whole deployment as data; nothing has been started when it is made. */
export interface Plan {
  network: string;
  workers: number;
  topology: Topology;
  settings: Record<string, string>;
  seed: number;
  density: number | null;
  /** The Node.js that hosts run on. */
  node: PlannedRuntime;
  ground: Ground;
  tiers: TierPlan[];
  /** In the order in which they start. */
  hosts: HostSpec[];
  coordinator: CoordinatorSpec;
  ports: { bootstrap: number[]; workers: { min: number; max: number }; endpoints: number[] };
  bootstraps: number;
  nodes: number;
  ratio: Ratio;
  memoryBytes: number;
  /** All limits that were checked, the one that binds first at the front. */
  limits: Limit[];
  /** Things worth saying, one line each. */
  notes: string[];
}
