import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { messageOf } from '../control/http-error.js';
import type { Endpoint } from '../settings.js';
import { ownAddresses } from '../wire/own-addresses.js';

/** The places of BOOTSTRAP_NODES that a node can use, and a line for each that it can't. */
export interface BootstrapPlaces {
  /** `address:port`, IPv4, in their order. */
  places: string[];
  /** Why the others are not used, one line each. */
  unusable: string[];
  /** True when there are none but the node itself. */
  isAlone: boolean;
}

interface Found {
  place?: string;
  unusable?: string;
  isSelf?: boolean;
}

const mappedIPv4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** Finds the addresses of bootstrap nodes. @param ownPort the node's own port; null = not fixed */
export async function resolvePlaces(
  endpoints: readonly Endpoint[],
  ownPort: number | null,
): Promise<BootstrapPlaces> {
  const own = ownAddresses();
  const found = await Promise.all(
    endpoints.map(async ({ host, port }): Promise<Found> => {
      const address = await addressOf(host);
      if ('unusable' in address) return address;
      if (port === ownPort && own.has(address.ip))
        return { unusable: `${host}:${port} is this node itself`, isSelf: true };
      return { place: `${address.ip}:${port}` };
    }),
  );
  return {
    places: found.flatMap(({ place }) => place ?? []),
    unusable: found.flatMap(({ unusable }) => unusable ?? []),
    isAlone: found.every(({ isSelf }) => isSelf),
  };
}

async function addressOf(host: string): Promise<{ ip: string } | { unusable: string }> {
  const mapped = mappedIPv4.exec(host)?.[1];
  if (mapped !== undefined) return { ip: mapped };
  if (isIPv6(host)) return { unusable: `[${host}] is an IPv6 address, which the network does not use` };
  try {
    return { ip: (await lookup(host, 4)).address };
  } catch (error) {
    return { unusable: `the name "${host}" can't be resolved (${messageOf(error)})` };
  }
}
