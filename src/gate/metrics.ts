/** Everything that `verify` can measure. */
export const metricIds = [
  'bootstrap_time',
  'discovery_time',
  'discovery_success',
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
  /** Whether a busy machine makes it worse: then a failure on a saturated machine says nothing. */
  timing: boolean;
}

/** What each metric is. */
export const metrics: Readonly<Record<MetricId, MetricDefinition>> = {
  bootstrap_time: { title: 'Bootstrap time', unit: 's', better: 'lower', timing: true },
  discovery_time: { title: 'Discovery time', unit: 's', better: 'lower', timing: true },
  discovery_success: { title: 'Discovery success', unit: 'percent', better: 'higher', timing: false },
  health_check_time: { title: 'Health check time', unit: 's', better: 'lower', timing: true },
  memory: { title: 'Memory, whole network', unit: 'bytes', better: 'lower', timing: false },
  cpu: { title: 'CPU, whole network', unit: 'percent', better: 'lower', timing: false },
  refresh_overhead: { title: 'Refresh overhead', unit: 'percent', better: 'lower', timing: false },
  packet_loss: { title: 'Packet loss', unit: 'percent', better: 'lower', timing: true },
  rpc_latency: { title: 'RPC latency, p95', unit: 'ms', better: 'lower', timing: true },
  lookup_recall: { title: 'Lookup recall', unit: 'ratio', better: 'higher', timing: true },
  hops_p50: { title: 'Hops, p50', unit: 'count', better: 'lower', timing: false },
  hops_p90: { title: 'Hops, p90', unit: 'count', better: 'lower', timing: false },
  store_success: { title: 'Store and read back', unit: 'percent', better: 'higher', timing: true },
  reachability: { title: 'Reachability', unit: 'percent', better: 'higher', timing: true },
  uptime: { title: 'Uptime', unit: 'percent', better: 'higher', timing: false },
};
