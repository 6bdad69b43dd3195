import { inNetwork } from '../network/in-network.js';
import { higher, lower } from './figures.js';
import type { Suite } from './suite.js';

export const health: Suite = {
  id: 'health',
  title: 'Health check',
  about:
    'One sweep of all nodes of a real network at the medium level: ping, find_node, store and read back.',
  seconds: 10,
  noise: 0.04,
  run: (context) =>
    inNetwork(
      {
        id: 'health',
        repetitions: { min: 6, max: 20 },
        figures: [
          ...lower('udp', ['time', 'One sweep', 'seconds']),
          ...higher(null, ['healthy', 'Nodes found healthy', 'percent']),
        ],
        warmUp: ({ client }, signal) => client.health(signal),
        measure: async ({ client }, signal) => {
          const { seconds, checked, healthy } = await client.health(signal);
          return { values: { time: seconds, healthy: (100 * healthy) / Math.max(1, checked) } };
        },
      },
      context,
    ),
};
