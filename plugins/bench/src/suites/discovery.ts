import { inNetwork } from '../network/in-network.js';
import { higher, lower } from './figures.js';
import type { Suite } from './suite.js';

export const discovery: Suite = {
  id: 'discovery',
  title: 'Discovery',
  about: 'A fresh node with a cold cache looks for all workers of a real network.',
  seconds: 10,
  noise: 0.04,
  run: (context) =>
    inNetwork(
      {
        id: 'discovery',
        repetitions: { min: 6, max: 20 },
        figures: [
          ...lower('udp', ['time', 'Until 95 % of the workers were found', 'seconds']),
          ...higher(
            null,
            ['success', 'Workers found', 'percent'],
            ['healthy', 'Of those found, alive', 'percent'],
          ),
        ],
        warmUp: ({ client }, signal) => client.discovery(signal),
        measure: async ({ client }, signal) => {
          const { seconds, successPercent, healthyPercent } = await client.discovery(signal);
          return {
            values: {
              ...(seconds !== null && { time: seconds }),
              success: successPercent,
              ...(healthyPercent !== null && { healthy: healthyPercent }),
            },
          };
        },
      },
      context,
    ),
};
