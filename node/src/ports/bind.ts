import type { Transport, TransportFactory } from '../kademlia/components.js';
import { PortsExhaustedError } from './errors.js';

/**
 * Binds to a port.
 *
 * @returns undefined when another socket holds it, on this address or on all of them
 * @throws any other error of the system as it is
 */
export async function bindIfFree(
  transports: TransportFactory,
  address: string,
  port: number,
): Promise<Transport | undefined> {
  try {
    return await transports.bind(address, port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** Binds to a port that a node must have. @throws PortsExhaustedError when it is taken; any other error of the system */
export async function bindFixed(
  transports: TransportFactory,
  address: string,
  port: number,
): Promise<Transport> {
  const transport = await bindIfFree(transports, address, port);
  if (!transport) throw new PortsExhaustedError(address, { min: port, max: port });
  return transport;
}
