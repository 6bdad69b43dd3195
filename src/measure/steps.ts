import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { NetworkView, Tier } from '@cqkd/node/control';
import type { Measured } from '../gate/gate.js';
import type { MetricId } from '../gate/metrics.js';
import { watched } from './saturation.js';
import type { Subject } from './subject.js';

/** The steady state is watched for so long. Seconds. */
const IDLE_WINDOW_SECONDS = 10;
/** The standard load: one lookup a node in so many seconds, for as long. */
const LOAD_WINDOW_SECONDS = 10;
/** Lookups of one measurement at most. */
const MAX_LOOKUPS = 10_000;
const STORED_VALUES = 100;
const STORE_CONCURRENCY = 8;

/** Values of some metrics; those that are missing could not be measured. */
type Values = Partial<Record<MetricId, number | null>>;

/** One measurement, which tells one or several metrics. */
export interface Step {
  title: string;
  metrics: readonly MetricId[];
  run: (subject: Subject, signal: AbortSignal) => Promise<Measured[]>;
}

function step(
  title: string,
  ids: readonly MetricId[],
  measure: (subject: Subject, signal: AbortSignal) => Promise<{ values: Values; note?: string }>,
): Step {
  return {
    title,
    metrics: ids,
    run: async (subject, signal) => {
      const { result, saturated } = await watched(subject, signal, () => measure(subject, signal));
      const { values, note } = result;
      return ids.map((id) => ({ id, value: values[id] ?? null, note, saturated }));
    },
  };
}

/** All measurements, in the order in which they disturb one another least: the steady state comes before any load. */
export const steps: readonly Step[] = [
  step('bootstrap', ['bootstrap_time', 'uptime'], async (subject, signal) => {
    const { bootstrapSeconds, uptimePercent } = await subject.view(signal);
    const note = bootstrapSeconds === null ? 'the network never became ready' : undefined;
    return { values: { bootstrap_time: bootstrapSeconds, uptime: uptimePercent }, ...(note && { note }) };
  }),
  step('nodes', ['join_success'], async (subject, signal) => joinSuccess(await subject.nodes(signal))),
  step('bootstrap nodes', ['bootstrap_health'], async (subject, signal) => {
    const { total, healthy } = await subject.entries(signal);
    const note = `${total - healthy} of ${total} bootstrap nodes are down`;
    const values = { bootstrap_health: total === 0 ? null : (100 * healthy) / total };
    return { values, ...(healthy < total && { note }) };
  }),
  step('steady state', ['memory', 'cpu'], async (subject, signal) => {
    const before = await subject.usage(signal);
    const startedAt = performance.now();
    await delay(IDLE_WINDOW_SECONDS * 1000, undefined, { signal });
    const after = await subject.usage(signal);
    const seconds = (performance.now() - startedAt) / 1000;
    if (after.missing.length > 0) return { values: {}, note: `host ${after.missing[0]} is not running` };
    const cpu = (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds / availableParallelism();
    return { values: { memory: after.memoryBytes, cpu } };
  }),
  step(
    'discovery',
    ['discovery_time', 'discovery_success', 'discovered_healthy'],
    async (subject, signal) => {
      const { seconds, successPercent, found, alive, healthyPercent, foreign } =
        await subject.discovery(signal);
      const values = {
        discovery_time: seconds,
        discovery_success: successPercent,
        discovered_healthy: healthyPercent,
      };
      if (seconds === null) return { values, note: `found ${found} of ${alive}` };
      const note = `${foreign} foreign nodes are part of the network`;
      return { values, ...(foreign > 0 && { note }) };
    },
  ),
  step('health check', ['health_check_time'], async (subject, signal) => {
    const { seconds, checked, healthy, failures } = await subject.health(signal);
    const note = `${healthy} of ${checked} healthy; not: ${failures.slice(0, 3).join(', ')}`;
    return { values: { health_check_time: seconds }, ...(healthy < checked && { note }) };
  }),
  step(
    'standard load',
    ['refresh_overhead', 'packet_loss', 'rpc_latency', 'lookup_recall', 'hops_p50', 'hops_p90'],
    async (subject, signal) => {
      const view = await subject.view(signal);
      const nodes = Object.values(view.tiers).reduce((sum, tier) => sum + (tier?.joined ?? 0), 0);
      const count = Math.min(MAX_LOOKUPS, Math.max(1, nodes));
      const measured = await subject.lookup(
        { count, overSeconds: LOAD_WINDOW_SECONDS, seed: subject.seed },
        signal,
      );
      const { failed, lookups } = measured;
      if (measured.requestAttempts === 0) return { values: {}, note: 'no request was sent' };
      const values: Values = {
        refresh_overhead: (100 * measured.refreshDatagrams) / measured.datagrams,
        packet_loss: measured.lossPercent,
        rpc_latency: measured.rpcLatencyMs.p95,
        lookup_recall: measured.recall,
        hops_p50: measured.hops.p50,
        hops_p90: measured.hops.p90,
      };
      return { values, ...(failed > 0 && { note: `${failed} of ${lookups} lookups failed` }) };
    },
  ),
  step('store', ['store_success'], async (subject, signal) => {
    const request = { count: STORED_VALUES, concurrency: STORE_CONCURRENCY, seed: subject.seed };
    const { successPercent } = await subject.store(request, signal);
    return { values: { store_success: successPercent } };
  }),
  step('reachability', ['reachability'], async (subject, signal) => {
    const { matrix, unreachable } = await subject.reachability(signal);
    const shares = matrix.flat();
    const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
    const note = `${unreachable} of ${shares.length} pairs of hosts have no way at all`;
    return { values: { reachability: 100 * mean }, ...(unreachable > 0 && { note }) };
  }),
];

/** Those that join through bootstrap nodes. */
const joining: readonly Tier[] = ['worker', 'endpoint'];

/** Of the planned workers and endpoints those that have joined; of the others the first with its reason. */
function joinSuccess({ hosts, tiers }: NetworkView): { values: Values; note?: string } {
  const counts = joining.flatMap((tier) => tiers[tier] ?? []);
  const total = counts.reduce((sum, tier) => sum + tier.total, 0);
  const joined = counts.reduce((sum, tier) => sum + Math.min(tier.joined, tier.total), 0);
  const values = { join_success: total === 0 ? null : (100 * joined) / total };
  if (joined === total) return { values };
  const nodes = hosts.flatMap((host) => host.nodes.filter(({ tier }) => joining.includes(tier)));
  const failed = nodes.find(({ state }) => state === 'failed');
  const first = failed ? `; ${failed.name}: ${failed.error ?? 'no reason given'}` : '';
  return { values, note: `${total - joined} of ${total} workers and endpoints have not joined${first}` };
}
