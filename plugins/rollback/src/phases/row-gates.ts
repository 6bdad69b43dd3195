import type { MetricId } from '@cqkd/harness';
import type { Phase } from '@cqkd/node/control';

/** The metrics that tell whether a phase does its work: what it passes by (facts, section 8), as it is measured. */
const rowGates: Readonly<Record<Phase['number'], readonly MetricId[]>> = {
  1: ['join_success'],
  2: ['join_success', 'bootstrap_health'],
  3: ['discovery_time', 'discovery_success'],
  4: ['discovered_healthy', 'health_check_time'],
  5: ['refresh_overhead'],
};

/** What shows that a network does its work, whatever was changed. */
const serviceGates: readonly MetricId[] = [
  'join_success',
  'discovery_success',
  'lookup_recall',
  'store_success',
  'packet_loss',
  'rpc_latency',
];

/** The own row of some phases. */
export function rowGatesOf(phases: readonly Phase[]): MetricId[] {
  return [...new Set(phases.flatMap(({ number }) => rowGates[number]))];
}

/** The own row of some phases, and whether the network answers. */
export function stepGatesOf(phases: readonly Phase[]): MetricId[] {
  return [...new Set([...rowGatesOf(phases), ...serviceGates])];
}
