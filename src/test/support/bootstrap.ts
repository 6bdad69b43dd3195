import type { BootstrapReport } from '@cqkd/node/control';

/** What a coordinator tells of its bootstrap nodes: two that carry three workers, with some changes. */
export function bootstrapOf(changes: Partial<BootstrapReport> = {}): BootstrapReport {
  return {
    total: 2,
    healthy: 2,
    connections: 4,
    capacity: 1000,
    utilisationPercent: 0.4,
    regions: [{ name: 'east', total: 2, healthy: 2, workers: 3 }],
    coveragePercent: 100,
    failovers: 0,
    promoted: [],
    workers: { attached: 3, orphaned: 0 },
    ...changes,
  };
}
