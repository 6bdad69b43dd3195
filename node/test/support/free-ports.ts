import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below the ports that the system gives to connections, and above those of networks. */
const FIRST = 20_000;
const LAST = 32_000;
const handedOut = new Set<number>();

/** Ports of 127.0.0.1 that are free, for UDP and TCP, and that nobody else is given by chance. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const server = createServer();
  const opened = await Promise.allSettled([
    opens(socket, () => socket.bind(port, '127.0.0.1')),
    opens(server, () => server.listen(port, '127.0.0.1')),
  ]);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return opened.every(({ status }) => status === 'fulfilled');
}

function opens(opening: NodeJS.EventEmitter, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    opening.once('listening', resolve).once('error', reject);
    begin();
  });
}
