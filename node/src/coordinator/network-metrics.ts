import { MetricSet, placeLabels, type Sample } from '../control/metric-set.js';
import type { Network } from './network.js';
import type { HostRecord } from './registry.js';

/** The metrics of the whole network; what hosts report is at most 5 s old. */
export function createNetworkMetrics(network: Network, name: string): MetricSet {
  const { registry, readiness, load, settings } = network;
  const metrics = new MetricSet({ network: name });
  const byTier = (value: (host: HostRecord) => number) => (): Sample[] =>
    registry.hosts.map((host) => ({ labels: placeOf(host), value: value(host) }));
  const place = ['tiers', 'regions', 'host'];
  metrics.traffic(
    () => registry.hosts.map((host) => ({ labels: placeOf(host), traffic: host.traffic })),
    place,
  );
  metrics.counter(
    'cqkd_cpu_seconds_total',
    'User and system CPU time',
    place,
    byTier((host) => host.load.cpuSeconds),
  );
  metrics.counter('cqkd_bootstrap_failovers_total', 'Times that a bootstrap node was promoted', [], () => [
    { labels: {}, value: network.bootstrap.failovers },
  ]);
  if (!settings.performance_monitoring_enabled) return metrics;

  metrics.gauge('cqkd_bootstrap_nodes', 'Bootstrap nodes by health', ['state'], () => {
    const { total, healthy } = network.bootstrap;
    return [
      { labels: { state: 'healthy' }, value: healthy },
      { labels: { state: 'unhealthy' }, value: total - healthy },
    ];
  });
  metrics.gauge('cqkd_bootstrap_connections', 'Nodes attached to healthy bootstrap nodes', [], () => [
    { labels: {}, value: network.bootstrap.connections },
  ]);
  metrics.gauge('cqkd_bootstrap_capacity', 'Nodes that the healthy bootstrap nodes take', [], () => {
    const { capacity } = network.bootstrap;
    return capacity === null ? [] : [{ labels: {}, value: capacity }];
  });
  metrics.gauge('cqkd_workers_orphaned', 'Workers without a healthy bootstrap node', [], () => [
    { labels: {}, value: network.bootstrap.workers.orphaned },
  ]);
  metrics.gauge(
    'cqkd_network_nodes',
    'Nodes of the plan that joined, failed or are due',
    ['tier', 'state'],
    () =>
      Object.entries(registry.progress(readiness.expected)).flatMap(([tier, { joined, failed, total }]) => [
        { labels: { tier, state: 'joined' }, value: joined },
        { labels: { tier, state: 'failed' }, value: failed },
        { labels: { tier, state: 'planned' }, value: total },
      ]),
  );
  metrics.gauge('cqkd_network_hosts', 'Hosts that report, and those that are lost', ['state'], () =>
    ['up', 'lost'].map((state) => ({
      labels: { state },
      value: registry.hosts.filter((host) => host.state === state).length,
    })),
  );
  metrics.gauge('cqkd_network_ready', '1 when all planned nodes have joined and were found', [], () => [
    { labels: {}, value: readiness.state === 'ready' ? 1 : 0 },
  ]);
  metrics.gauge('cqkd_network_bootstrap_seconds', 'From the first host’s start until ready', [], () =>
    readiness.bootstrapSeconds === null ? [] : [{ labels: {}, value: readiness.bootstrapSeconds }],
  );
  metrics.gauge('cqkd_network_uptime_percent', 'Answered node-seconds of all node-seconds', [], () => [
    { labels: {}, value: registry.uptimePercent },
  ]);
  metrics.gauge(
    'cqkd_memory_bytes',
    'Memory of the processes: PSS, or RSS where there is none',
    place,
    byTier((host) => host.load.memoryBytes),
  );
  metrics.gauge(
    'cqkd_event_loop_delay_p99_milliseconds',
    'Delay of the event loop, p99 since the last report',
    place,
    byTier((host) => host.load.eventLoopP99Ms),
  );
  metrics.gauge('cqkd_coordinator_memory_bytes', 'Memory of the coordinator', [], async () => [
    { labels: {}, value: (await load.read()).memoryBytes },
  ]);
  return metrics;
}

function placeOf({ tiers, regions, name }: HostRecord): Record<string, string> {
  return { ...placeLabels(tiers, regions), host: name };
}
