import type { Transport, TransportFactory } from '../kademlia/components.js';

/** Every port that a node may use is taken by another program. */
export class PortsExhaustedError extends Error {
  constructor(
    readonly address: string,
    readonly first: number,
    readonly last: number,
  ) {
    super(
      first === last
        ? `Port ${first} of ${address} is taken by another program: stop it, or move the network to another address`
        : `No free port of ${address} in ${first}-${last}: raise MAX_PORT (at most 8999) or stop what holds them`,
    );
    this.name = 'PortsExhaustedError';
  }
}

/**
 * Binds to the first free one of some ports, tried in the order given.
 *
 * @throws PortsExhaustedError when all are taken; any other error of the system as it is
 */
export async function bindFirstFree(
  transports: TransportFactory,
  address: string,
  ports: Iterable<number>,
): Promise<Transport> {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const port of ports) {
    first = Math.min(first, port);
    last = Math.max(last, port);
    try {
      return await transports.bind(address, port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new PortsExhaustedError(address, first, last);
}
