import type { Figure } from '../method/sample.js';
import { concurrencies } from '../work/concurrencies.js';
import { higher, lower, told } from './figures.js';
import { processSuite } from './in-processes.js';

const figuresAt = ([concurrency]: readonly [number, number]): Figure[] => {
  const at = `${concurrency} at a time`;
  return [
    ...higher('udp', [`throughput_${concurrency}`, `Lookups, ${at}`, 'per_second']),
    ...lower('udp', [`p50_${concurrency}`, `Lookup, p50, ${at}`, 'ms']),
    ...told(
      [`p95_${concurrency}`, `Lookup, p95, ${at}`, 'ms'],
      [`p99_${concurrency}`, `Lookup, p99, ${at}`, 'ms'],
    ),
    ...higher(null, [`recall_${concurrency}`, `Recall of the K nearest, ${at}`, 'ratio']),
  ];
};

export const lookup = processSuite({
  id: 'lookup',
  title: 'Lookup',
  about:
    'Lookups of random nodes for random targets in one process, 1, 16 and 64 at a time, scored against the truth.',
  seconds: 36,
  noise: 0.08,
  work: 'lookup',
  repetitions: { min: 10, max: 10 },
  figures: [
    ...concurrencies.flatMap(figuresAt),
    ...lower('udp', ['cpu', 'CPU time of one lookup and its answers', 'us']),
    ...lower(null, ['requests', 'Requests a lookup', 'count'], ['hops', 'Hops', 'count']),
  ],
  histograms: concurrencies.map(([concurrency]) => ({
    id: `latency_${concurrency}`,
    title: `Lookup, ${concurrency} at a time`,
    unit: 'ms',
  })),
});
