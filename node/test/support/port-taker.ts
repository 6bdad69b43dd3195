import { PortsExhaustedError } from '../../src/ports/errors.js';
import { PortRegistry } from '../../src/ports/registry.js';
import type { PortSpace } from '../../src/ports/search-order.js';
import { systemClock } from '../../src/wire/system.js';
import { udp } from '../../src/wire/udp.js';

/** What a process is told to lease. */
export interface PortOrder {
  address: string;
  space: PortSpace;
  /** The preferred port of each lease. */
  preferred: number[];
}

/** What became of it. */
export interface PortsTaken {
  ports: number[];
  /** Leases that failed since the space was full. */
  exhausted: number;
  /** Ports that were tried. */
  probes: number;
}

/** Leases ports as it is told, one after the other, and holds them until it is killed: the program of a child process. */
async function take({ address, space, preferred }: PortOrder): Promise<PortsTaken> {
  const taken: PortsTaken = { ports: [], exhausted: 0, probes: 0 };
  const registry = new PortRegistry({
    clock: systemClock,
    transports: {
      bind: (...place) => {
        taken.probes++;
        return udp.bind(...place);
      },
    },
    space,
    timeoutMs: () => 10_000,
  });
  for (const port of preferred) {
    try {
      taken.ports.push((await registry.lease(address, port)).port);
    } catch (error) {
      if (!(error instanceof PortsExhaustedError)) throw error;
      taken.exhausted++;
    }
    // Others get their turn, as they would while a node is set up.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return taken;
}

process.on('message', async (order: PortOrder) => {
  process.send?.(await take(order));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
