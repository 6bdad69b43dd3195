/** One setting: how its text is read, what it means, and what it belongs to. */
export interface SettingDefinition {
  /** `choices` is a list of them, `endpoints` a list of `host:port`; lists are separated by commas. */
  type: 'boolean' | 'integer' | 'number' | 'choice' | 'choices' | 'endpoints';
  /** As text, number or boolean; null = none, the planner decides. */
  default: string | number | boolean | null;
  /** Smallest and largest value of a number, both included. */
  min?: number;
  max?: number;
  choices?: readonly string[];
  description: string;
  /** Number of the phase that it belongs to (1-5), or null. */
  phase: 1 | 2 | 3 | 4 | 5 | null;
  /** Whether running nodes take a change; else it needs a new deployment. */
  live: boolean;
  /** What has it as a whole: a host has it for all its nodes, the network for all its hosts. Unset: each node for itself. */
  of?: 'host' | 'network';
}

export type SettingName = keyof typeof settingTable;

const port = { type: 'integer', min: 1, max: 65535 } as const;
const seconds = { type: 'number', min: 0.1, max: 86400 } as const;
/** Time that somebody waits for. */
const waitSeconds = { type: 'number', min: 0.1, max: 300 } as const;
const count = { type: 'integer', min: 1, max: 1_000_000 } as const;
const flag = { type: 'boolean' } as const;
const bootstrapCount = { type: 'integer', min: 1, max: 6 } as const;

/** Every setting, grouped by what it steers. Times are in seconds. */
export const settingTable = {
  enable_dynamic_ports: {
    ...flag,
    default: true,
    phase: 1,
    live: false,
    description: 'each worker has a port of its own; off: one static port',
  },
  base_port: { ...port, default: 7000, phase: 1, live: false, description: 'first port of the workers' },
  max_port: {
    ...port,
    default: 7999,
    phase: 1,
    live: false,
    description: 'last port of the workers; the default extends to 8999 by itself',
  },
  port_allocation_timeout: {
    ...waitSeconds,
    default: 10,
    phase: 1,
    live: true,
    of: 'host',
    description: 'time that finding a free port may take, seconds',
  },
  fallback_static_port: {
    ...port,
    default: 7000,
    phase: 1,
    live: false,
    description: 'port of the workers without dynamic ports',
  },

  enable_multi_level_bootstrap: {
    ...flag,
    default: true,
    phase: 2,
    live: true,
    description: 'bootstrap hierarchy; off: the two fallback nodes',
  },
  super_bootstrap_nodes: {
    type: 'endpoints',
    default: null,
    phase: 2,
    live: false,
    description: 'super nodes to join through, host:port',
  },
  regional_bootstrap_count: {
    type: 'integer',
    min: 0,
    max: 16,
    default: null,
    phase: 2,
    live: false,
    description: 'regional nodes; unset: by the number of workers',
  },
  local_bootstrap_count: {
    type: 'integer',
    min: 0,
    max: 64,
    default: null,
    phase: 2,
    live: false,
    description: 'local nodes; unset: by the number of workers',
  },
  fallback_bootstrap_nodes: {
    type: 'endpoints',
    default: '127.0.0.1:5678,127.0.0.1:5679',
    phase: 2,
    live: false,
    description: 'bootstrap nodes without the hierarchy, host:port',
  },
  bootstrap_strategy: {
    type: 'choice',
    choices: ['small', 'medium', 'large', 'xlarge', 'adaptive'],
    default: 'adaptive',
    phase: 2,
    live: false,
    description: 'size class of the flat topology; adaptive: by the number of workers',
  },
  bootstrap_selection_strategy: {
    type: 'choice',
    choices: ['round_robin', 'least_loaded', 'priority', 'random'],
    default: 'round_robin',
    phase: 2,
    live: true,
    description: 'how a node picks among its bootstrap candidates',
  },
  bootstrap_health_check_interval: {
    ...seconds,
    default: 30,
    phase: 2,
    live: true,
    description: 'time between checks of a bootstrap node, seconds',
  },
  bootstrap_failure_threshold: {
    type: 'integer',
    min: 1,
    max: 100,
    default: 3,
    phase: 2,
    live: true,
    description: 'failed checks in a row that make a bootstrap node unhealthy',
  },
  bootstrap_connection_timeout: {
    ...waitSeconds,
    default: 5,
    phase: 2,
    live: true,
    description: 'time-out of one attempt to attach, seconds',
  },
  bootstrap_small_nodes: {
    ...bootstrapCount,
    default: 2,
    phase: 2,
    live: false,
    description: 'flat bootstrap nodes up to 15 workers',
  },
  bootstrap_medium_nodes: {
    ...bootstrapCount,
    default: 3,
    phase: 2,
    live: false,
    description: 'flat bootstrap nodes up to 50 workers',
  },
  bootstrap_large_nodes: {
    ...bootstrapCount,
    default: 4,
    phase: 2,
    live: false,
    description: 'flat bootstrap nodes up to 200 workers',
  },
  bootstrap_xlarge_nodes: {
    ...bootstrapCount,
    default: 6,
    phase: 2,
    live: false,
    description: 'flat bootstrap nodes above 200 workers',
  },
  enable_bootstrap_load_balancing: {
    ...flag,
    default: true,
    phase: 2,
    live: true,
    description: 'move workers from loaded to less loaded bootstrap nodes',
  },
  bootstrap_load_balance_interval: {
    ...seconds,
    default: 60,
    phase: 2,
    live: true,
    description: 'time between two rounds of balancing, seconds',
  },
  bootstrap_max_connections_per_node: {
    ...count,
    default: 50,
    phase: 2,
    live: true,
    description: 'connections of a flat bootstrap node, reported as its capacity',
  },
  enable_bootstrap_fallback: {
    ...flag,
    default: true,
    phase: 2,
    live: true,
    description: 'try other candidates when a bootstrap node does not answer',
  },
  bootstrap_fallback_retry_delay: {
    ...waitSeconds,
    default: 2,
    phase: 2,
    live: true,
    description: 'first pause before another attempt, doubled each time, seconds',
  },
  bootstrap_fallback_max_retries: {
    type: 'integer',
    min: 0,
    max: 100,
    default: 3,
    phase: 2,
    live: true,
    description: 'attempts to bootstrap before a node gives up',
  },

  enable_adaptive_kademlia: {
    ...flag,
    default: true,
    phase: 3,
    live: true,
    description: 'alpha, K and time-outs by network size; off: fixed values',
  },
  small_network_threshold: {
    ...count,
    default: 50,
    phase: 3,
    live: true,
    description: 'largest small network, nodes',
  },
  medium_network_threshold: {
    ...count,
    default: 200,
    phase: 3,
    live: true,
    description: 'largest medium network, nodes',
  },
  large_network_threshold: {
    ...count,
    default: 500,
    phase: 3,
    live: true,
    description: 'largest large network, nodes',
  },
  xlarge_network_threshold: {
    ...count,
    default: 1000,
    phase: 3,
    live: true,
    description: 'largest xlarge network, nodes',
  },
  fallback_alpha: {
    type: 'integer',
    min: 1,
    max: 10,
    default: 3,
    phase: 3,
    live: true,
    description: 'requests in flight of a lookup without adaptive Kademlia',
  },
  fallback_k: {
    type: 'integer',
    min: 1,
    max: 100,
    default: 20,
    phase: 3,
    live: true,
    description: 'bucket size and replicas without adaptive Kademlia',
  },
  fallback_timeout: {
    ...waitSeconds,
    default: 5,
    phase: 3,
    live: true,
    description: 'time-out of a request without adaptive Kademlia, seconds',
  },

  enable_health_check: {
    ...flag,
    default: true,
    phase: 4,
    live: true,
    description: 'nodes check their contacts; off: no check',
  },
  health_check_levels: {
    type: 'choices',
    choices: ['fast', 'medium', 'deep'],
    default: 'fast,medium,deep',
    phase: 4,
    live: true,
    description: 'levels that run',
  },
  health_check_level: {
    type: 'choice',
    choices: ['fast', 'medium', 'deep'],
    default: 'fast',
    phase: 4,
    live: true,
    description: 'level at which discovery checks the nodes that it returns',
  },
  fast_check_interval: {
    ...seconds,
    default: 30,
    phase: 4,
    live: true,
    description: 'time between fast checks, seconds',
  },
  medium_check_interval: {
    ...seconds,
    default: 120,
    phase: 4,
    live: true,
    description: 'time between medium checks, seconds',
  },
  deep_check_interval: {
    ...seconds,
    default: 600,
    phase: 4,
    live: true,
    description: 'time between deep checks, seconds',
  },

  enable_adaptive_refresh: {
    ...flag,
    default: true,
    phase: 5,
    live: true,
    description: 'refresh by events, dynamics and size; off: fixed interval',
  },
  refresh_optimization_interval: {
    ...seconds,
    default: 300,
    phase: 5,
    live: true,
    description: 'time between two looks of the refresh optimiser, seconds',
  },
  immediate_refresh_enabled: {
    ...flag,
    default: true,
    phase: 5,
    live: true,
    description: 'refresh at once after a critical event',
  },
  active_refresh_min_interval: {
    ...seconds,
    default: 15,
    phase: 5,
    live: true,
    description: 'shortest time between refreshes, seconds',
  },
  stable_refresh_max_interval: {
    ...seconds,
    default: 600,
    phase: 5,
    live: true,
    description: 'longest time between refreshes of a stable network, seconds',
  },
  fallback_refresh_interval: {
    ...seconds,
    default: 300,
    phase: 5,
    live: true,
    description: 'time between refreshes without adaptive refresh, seconds',
  },

  target_nodes: {
    ...count,
    default: 1000,
    phase: null,
    live: false,
    description: 'size that the planner prepares for, workers',
  },
  max_concurrent_operations: {
    ...count,
    default: 1000,
    phase: null,
    live: true,
    description: 'requests that a node has in flight at most',
  },
  performance_monitoring_enabled: {
    ...flag,
    default: true,
    phase: null,
    live: true,
    of: 'host',
    description: 'off: /metrics holds counters only',
  },
  enable_fallback_mode: {
    ...flag,
    default: true,
    phase: null,
    live: true,
    of: 'network',
    description: 'off: a failed gate never rolls a feature back by itself',
  },
  legacy_compatibility_mode: {
    ...flag,
    default: false,
    phase: null,
    live: false,
    description: 'all five features off, and only requests that the Python nodes know',
  },
} as const satisfies Record<string, SettingDefinition>;
