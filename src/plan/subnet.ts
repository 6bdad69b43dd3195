import { UsageError } from '../errors.js';

/** An IPv4 subnet, e.g. 172.20.0.0/16. */
export interface Subnet {
  /** The network address as a number. */
  first: number;
  /** Addresses, the network's and the broadcast address among them. */
  size: number;
}

/** Addresses that no host can have: the network's, the gateway's, the broadcast address. */
const reserved = 3;
/** Position of the coordinator; the gateway of the network has the one before it. */
export const coordinatorPosition = 2;

/** @throws UsageError */
export function parseSubnet(cidr: string): Subnet {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = (match ?? []).slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const isValid = [a, b, c, d].every((byte) => byte < 256) && bits >= 8 && bits <= 29 && first % size === 0;
  if (!isValid) throw new UsageError(`A subnet is written like 172.20.0.0/16, got ${cidr}`);
  return { first, size };
}

/** Hosts that fit, the coordinator not counted. */
export function hostsIn({ size }: Subnet): number {
  return size - reserved - 1;
}

/** Address `position` of a subnet, 0 = the network's own. */
export function subnetAddress({ first, size }: Subnet, position: number): string {
  if (position < 1 || position >= size - 1) throw new RangeError(`No address ${position} in the subnet`);
  const number = first + position;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
