import { lower } from './figures.js';
import { processSuite } from './in-processes.js';

export const join = processSuite({
  id: 'join',
  title: 'Join',
  about: 'A network from its first node on, in one process: 16 nodes at a time join through the first one.',
  seconds: 18,
  noise: 0.05,
  work: 'join',
  repetitions: { min: 6, max: 7 },
  figures: [
    ...lower(
      'udp',
      ['total', 'Until the last node has joined', 'seconds'],
      ['p50', 'Join of one node, p50', 'ms'],
    ),
    ...lower(null, ['requests', 'Requests sent, a node', 'count']),
  ],
  histograms: [{ id: 'latency', title: 'Join of one node', unit: 'ms' }],
  curves: (samples) => [
    {
      id: 'join.joined',
      title: 'Nodes that have joined',
      x: { title: 'Time', unit: 'seconds', scale: 'linear' },
      y: { title: 'Nodes', unit: 'count' },
      lines: samples.flatMap(({ curves }, index) =>
        curves.joined ? [{ name: `run ${index + 1}`, kind: 'measured' as const, points: curves.joined }] : [],
      ),
    },
  ],
});
