/** Everything that `verify` can measure. */
export const metricIds = [
  'bootstrap_time',
  'join_success',
  'bootstrap_health',
  'discovery_time',
  'discovery_success',
  'discovered_healthy',
  'health_check_time',
  'memory',
  'cpu',
  'refresh_overhead',
  'packet_loss',
  'rpc_latency',
  'lookup_recall',
  'hops_p50',
  'hops_p90',
  'store_success',
  'reachability',
  'uptime',
] as const;

export type MetricId = (typeof metricIds)[number];

/** Seconds, bytes, percent (0-100), milliseconds, ratio (0-1), or a plain number. */
export type MetricUnit = 's' | 'bytes' | 'percent' | 'ms' | 'ratio' | 'count';

export interface MetricDefinition {
  title: string;
  unit: MetricUnit;
  /** Which way is better: a value passes below its target, or above it. */
  better: 'lower' | 'higher';
  /** Whether a value at its very limit holds it, where the source says "at least". */
  inclusive?: true;
  /** Whether a busy machine makes it worse: then a failure on a saturated machine says nothing. */
  timing: boolean;
  /** Phases that can make it fail, in the order in which a rollback tries them. Source: facts, section 8. */
  phases: readonly PhaseNumber[];
  /** How it is measured. */
  how: string;
}

export type PhaseNumber = 1 | 2 | 3 | 4 | 5;

/** What each metric is. */
export const metrics: Readonly<Record<MetricId, MetricDefinition>> = {
  bootstrap_time: {
    title: 'Bootstrap time',
    unit: 's',
    better: 'lower',
    timing: true,
    phases: [1, 2],
    how: "From the first host's start until every node had joined and one crawl of the key space had found each of them. It is what the coordinator saw when the network came up, and does not change afterwards.",
  },
  join_success: {
    title: 'Workers that joined',
    unit: 'percent',
    better: 'higher',
    inclusive: true,
    timing: false,
    phases: [1, 2],
    how: 'Workers and endpoints that have joined, of those that the plan has, as their hosts report them at that moment.',
  },
  bootstrap_health: {
    title: 'Healthy bootstrap nodes',
    unit: 'percent',
    better: 'higher',
    inclusive: true,
    timing: false,
    phases: [2],
    how: 'Bootstrap nodes that have joined and whose host is up, of those that nodes join through: all of the plan, or the two fallback nodes where ENABLE_MULTI_LEVEL_BOOTSTRAP is false.',
  },
  discovery_time: {
    title: 'Discovery time',
    unit: 's',
    better: 'lower',
    timing: true,
    phases: [3, 2],
    how: 'A fresh node with a cold cache looks for the workers; time until it has found 95 % of those alive.',
  },
  discovery_success: {
    title: 'Discovery success',
    unit: 'percent',
    better: 'higher',
    timing: false,
    phases: [3, 2],
    how: 'Share of the living workers that the same discovery had found in the end.',
  },
  discovered_healthy: {
    title: 'Discovered and healthy',
    unit: 'percent',
    better: 'higher',
    inclusive: true,
    timing: false,
    phases: [4],
    how: 'Share of the nodes that the same discovery returned which are alive.',
  },
  health_check_time: {
    title: 'Health check time',
    unit: 's',
    better: 'lower',
    timing: true,
    phases: [4],
    how: "One sweep of all nodes by the coordinator's checker at the medium level: ping, find_node, store and read back. It is the same whether the nodes' own health check is on or off.",
  },
  memory: {
    title: 'Memory, whole network',
    unit: 'bytes',
    better: 'lower',
    timing: false,
    phases: [3, 4],
    how: 'Sum over the hosts, the coordinator apart. Processes: PSS where the system has it, else RSS; containers: anonymous and kernel memory, without page cache.',
  },
  cpu: {
    title: 'CPU, whole network',
    unit: 'percent',
    better: 'lower',
    timing: false,
    phases: [4, 5, 3],
    how: 'Processor time of all hosts over 10 s without load, as a share of all cores that the network may use.',
  },
  refresh_overhead: {
    title: 'Refresh overhead',
    unit: 'percent',
    better: 'lower',
    timing: false,
    phases: [5],
    how: 'Share of all datagrams that refresh caused, under the standard load: one lookup a node in 10 s.',
  },
  packet_loss: {
    title: 'Packet loss',
    unit: 'percent',
    better: 'lower',
    timing: true,
    phases: [3],
    how: 'Requests that were not answered in time although the node asked was alive, under the standard load.',
  },
  rpc_latency: {
    title: 'RPC latency, p95',
    unit: 'ms',
    better: 'lower',
    timing: true,
    phases: [3],
    how: 'Round trip of one request, 95th percentile, under the standard load.',
  },
  lookup_recall: {
    title: 'Lookup recall',
    unit: 'ratio',
    better: 'higher',
    timing: true,
    phases: [3],
    how: 'Of each lookup of the standard load the share of the K truly nearest living nodes that it returned; the mean. The coordinator knows every id, so it knows the truth.',
  },
  hops_p50: {
    title: 'Hops, p50',
    unit: 'count',
    better: 'lower',
    timing: false,
    phases: [3],
    how: 'Requests one after the other that led to the nearest node, median, under the standard load.',
  },
  hops_p90: {
    title: 'Hops, p90',
    unit: 'count',
    better: 'lower',
    timing: false,
    phases: [3],
    how: 'Requests one after the other that led to the nearest node, 90th percentile, under the standard load.',
  },
  store_success: {
    title: 'Store and read back',
    unit: 'percent',
    better: 'higher',
    timing: true,
    phases: [3, 4],
    how: '100 values are written by random nodes and read by others; share that came back equal.',
  },
  reachability: {
    title: 'Reachability',
    unit: 'percent',
    better: 'higher',
    timing: true,
    phases: [],
    how: 'A sample of the nodes of each host pings a sample of the nodes of every other; share of answers.',
  },
  uptime: {
    title: 'Uptime',
    unit: 'percent',
    better: 'higher',
    timing: false,
    phases: [],
    how: 'Answered node-seconds since the nodes joined, of all node-seconds.',
  },
};

/** Phases that can make a metric fail, in the order in which a rollback tries them. */
export function phasesOf(metric: MetricId): readonly PhaseNumber[] {
  return metrics[metric].phases;
}
