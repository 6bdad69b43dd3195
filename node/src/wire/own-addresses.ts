import { networkInterfaces } from 'node:os';

/** IPv4 addresses under which this machine hears its own sockets. */
export function ownAddresses(): Set<string> {
  const interfaces = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return new Set(['127.0.0.1', '0.0.0.0', ...interfaces.map(({ address }) => address)]);
}
