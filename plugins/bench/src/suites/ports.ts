import { higher, lower } from './figures.js';
import { processSuite } from './in-processes.js';

export const ports = processSuite({
  id: 'ports',
  title: 'Port allocation',
  about: 'Ports for as many nodes as there are workers, where half of those that they prefer are taken.',
  seconds: 12,
  noise: 0.02,
  work: 'ports',
  repetitions: { min: 6, max: 8 },
  figures: [
    ...higher('udp', ['throughput', 'Ports leased', 'per_second']),
    ...lower('udp', ['p95', 'Time for one port, p95', 'ms']),
    ...higher(null, ['success', 'Nodes that got a port', 'percent']),
  ],
  histograms: [{ id: 'latency', title: 'Time for one port', unit: 'us' }],
});
