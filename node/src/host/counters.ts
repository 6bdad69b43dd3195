import type { Traffic } from '../control/api.js';
import type { DropReason, RpcStats } from '../wire/stats.js';

/** Sums of the counters of many nodes. */
export interface Counters extends Traffic {
  attempts: number;
  dropped: Record<DropReason, number>;
  /** Walks of refresh, by kind. */
  refreshWalks: Record<string, number>;
  /** Checks of contacts, by `level/result`. */
  healthChecks: Record<string, number>;
}

export function noCounters(): Counters {
  return {
    datagramsSent: 0,
    datagramsReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    datagramsDropped: 0,
    requestsSent: 0,
    requestsFailed: 0,
    refreshDatagrams: 0,
    attempts: 0,
    dropped: { frame: 0, request: 0, unknown: 0, unasked: 0, response: 0, unproven: 0 },
    refreshWalks: {},
    healthChecks: {},
  };
}

/** Adds the counters of one node to a sum. */
export function addStats(sum: Counters, stats: RpcStats): void {
  sum.datagramsSent += stats.datagramsSent;
  sum.datagramsReceived += stats.datagramsReceived;
  sum.bytesSent += stats.bytesSent;
  sum.bytesReceived += stats.bytesReceived;
  sum.datagramsDropped += stats.datagramsDropped;
  sum.requestsSent += stats.requestsSent;
  sum.requestsFailed += stats.requestsFailed;
  sum.refreshDatagrams += stats.refreshDatagrams;
  sum.attempts += stats.attempts;
  for (const reason of Object.keys(sum.dropped) as DropReason[]) sum.dropped[reason] += stats.dropped[reason];
  addCounts(sum.refreshWalks, stats.refreshWalks);
  addCounts(sum.healthChecks, stats.healthChecks);
}

function addCounts(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}

/** What of the counters a report carries. */
export function trafficOf(counters: Counters): Traffic {
  const {
    attempts: _attempts,
    dropped: _dropped,
    refreshWalks: _refreshWalks,
    healthChecks: _healthChecks,
    ...traffic
  } = counters;
  return traffic;
}
