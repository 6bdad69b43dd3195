import { median } from '../adaptive/median.js';
import type { NodeState } from '../control/api.js';
import type { LoadMeter } from '../control/load-meter.js';
import { MetricSet, placeLabels } from '../control/metric-set.js';
import type { Host } from './host.js';
import { regionsOf, tiersOf } from './spec.js';

const STATES: NodeState[] = ['starting', 'attaching', 'joining', 'joined', 'failed', 'left'];

/** The metrics of one host; they read its counters when they are scraped. */
export function createHostMetrics(host: Host, load: LoadMeter): MetricSet {
  const { network, name } = host.spec;
  const metrics = new MetricSet({
    network,
    host: name,
    ...placeLabels(tiersOf(host.spec), regionsOf(host.spec)),
  });
  metrics.traffic(() => [{ labels: {}, traffic: host.counters() }]);
  metrics.counter('cqkd_request_attempts_total', 'Datagrams of requests, retries too', [], () => [
    { labels: {}, value: host.counters().attempts },
  ]);
  metrics.counter('cqkd_drops_total', 'Datagrams that were dropped, by reason', ['reason'], () =>
    Object.entries(host.counters().dropped).map(([reason, value]) => ({ labels: { reason }, value })),
  );
  metrics.counter('cqkd_refresh_walks_total', 'Buckets that refresh looked through, by kind', ['kind'], () =>
    Object.entries(host.counters().refreshWalks).map(([kind, value]) => ({ labels: { kind }, value })),
  );
  metrics.counter(
    'cqkd_health_checks_total',
    'Checks of contacts, by level and result',
    ['level', 'result'],
    () =>
      Object.entries(host.counters().healthChecks).map(([key, value]) => {
        const [level = '', result = ''] = key.split('/');
        return { labels: { level, result }, value };
      }),
  );
  metrics.counter('cqkd_port_allocations_total', 'Ports that nodes were given, by result', ['result'], () =>
    Object.entries(host.ports.counts).map(([result, value]) => ({ labels: { result }, value })),
  );
  metrics.counter('cqkd_cpu_seconds_total', 'User and system CPU time', [], async () => [
    { labels: {}, value: (await load.read()).cpuSeconds },
  ]);
  if (!host.settings.performance_monitoring_enabled) return metrics;

  metrics.gauge('cqkd_nodes', 'Nodes by state', ['state'], () =>
    STATES.map((state) => ({
      labels: { state },
      value: host.nodes.filter((node) => node.state === state).length,
    })),
  );
  metrics.gauge(
    'cqkd_memory_bytes',
    'Memory of the process: PSS, or RSS where there is none',
    [],
    async () => [{ labels: {}, value: (await load.read()).memoryBytes }],
  );
  const joined = () => host.nodes.filter((node) => node.isJoined).map((node) => node.dht.kademlia);
  metrics.gauge('cqkd_routing_table_contacts', 'Contacts in all routing tables', [], () => [
    { labels: {}, value: sum(joined().map((node) => node.table.size)) },
  ]);
  metrics.gauge('cqkd_contacts_unwell', 'Contacts known to be degraded or unhealthy', ['status'], () =>
    (['degraded', 'unhealthy'] as const).map((status) => ({
      labels: { status },
      value: sum(joined().map((node) => node.stats.unwell[status])),
    })),
  );
  metrics.gauge('cqkd_port_allocation_seconds', 'Time that finding a port took', ['quantile'], () =>
    [0.5, 0.95, 0.99].map((share) => ({
      labels: { quantile: String(share) },
      value: host.ports.durations.percentile(share) / 1000,
    })),
  );
  metrics.gauge('cqkd_stored_values', 'Values that the nodes hold', [], () => [
    { labels: {}, value: sum(joined().map((node) => node.storage.size)) },
  ]);
  const { storageBudget } = host.components;
  if (storageBudget) {
    metrics.gauge('cqkd_stored_bytes', 'Memory that the values of the host take', [], () => [
      { labels: {}, value: storageBudget.usedBytes },
    ]);
    metrics.gauge('cqkd_stored_bytes_limit', 'Memory that the values of the host may take', [], () => [
      { labels: {}, value: storageBudget.limitBytes },
    ]);
    metrics.counter(
      'cqkd_values_evicted_total',
      'Values dropped for others, since memory ran out',
      [],
      () => [{ labels: {}, value: storageBudget.evicted }],
    );
  }
  metrics.gauge(
    'cqkd_refresh_interval_seconds',
    'How often buckets are refreshed at present, mean',
    [],
    () => [
      {
        labels: {},
        value: sum(joined().map((node) => node.stats.refreshIntervalMs)) / 1000 / (joined().length || 1),
      },
    ],
  );
  metrics.gauge('cqkd_requests_pending', 'Requests that wait for an answer or for their turn', [], () => [
    { labels: {}, value: sum(joined().map((node) => node.rpc.pending)) },
  ]);
  metrics.gauge(
    'cqkd_network_size_estimate',
    'Nodes of the network as the nodes estimate them, median',
    [],
    () => [{ labels: {}, value: median(joined().map((node) => node.stats.estimatedNodes)) }],
  );
  metrics.gauge('cqkd_lookup_alpha', 'Requests in flight of a lookup, mean over the nodes', [], () => [
    { labels: {}, value: mean(joined().map((node) => node.parameters.alpha)) },
  ]);
  metrics.gauge('cqkd_bucket_size', 'Contacts in a bucket at most (K), mean over the nodes', [], () => [
    { labels: {}, value: mean(joined().map((node) => node.parameters.k)) },
  ]);
  return metrics;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: number[]): number {
  return sum(values) / (values.length || 1);
}
