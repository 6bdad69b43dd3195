import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { EnvironmentError, messageOf, systemCode } from '../../errors.js';

/** A free TCP port of an address, chosen by the system. @throws EnvironmentError */
export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) =>
      reject(new EnvironmentError(`No port of ${address} is free: ${messageOf(error)}`)),
    );
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Checks that UDP ports are free. @throws EnvironmentError that names the first one that is taken */
export async function requireFreePorts(
  nodes: readonly { name: string; address: string; port: number }[],
): Promise<void> {
  await Promise.all(nodes.map(requireFree));
}

function requireFree({
  name,
  address,
  port,
}: {
  name: string;
  address: string;
  port: number;
}): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error) => {
      socket.close();
      const why =
        systemCode(error) === 'EADDRINUSE'
          ? 'is taken by another program: stop it'
          : `can't be used (${messageOf(error)})`;
      reject(new EnvironmentError(`UDP port ${port} of ${address} for ${name} ${why}`));
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve()));
  });
}
