import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** A range of IPv4 addresses as numbers, both ends in it. */
export interface AddressRange {
  first: number;
  last: number;
}

/** Routes of this kind send everything somewhere; a subnet of its own goes before them. */
const shortestPrefix = 8;

/** Subnets to try in this order: 172.20 to 172.31, then from 10.220 on. */
export const subnetCandidates: readonly string[] = [
  ...Array.from({ length: 12 }, (_, index) => `172.${20 + index}.0.0/16`),
  ...Array.from({ length: 36 }, (_, index) => `10.${220 + index}.0.0/16`),
  ...Array.from({ length: 220 }, (_, index) => `10.${index}.0.0/16`),
];

/** The addresses of a CIDR; undefined for IPv6 and for what is none. */
export function addressRange(cidr: string): AddressRange | undefined {
  const [address = '', bits = '32'] = cidr.split('/');
  const bytes = address.split('.').map(Number);
  const prefix = Number(bits);
  if (
    bytes.length !== 4 ||
    bytes.some((byte) => !(byte >= 0 && byte < 256)) ||
    !(prefix >= 0 && prefix <= 32)
  )
    return undefined;
  const size = 2 ** (32 - prefix);
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}

/** The subnets that share no address with a range that is in use, in their order. */
export function* freeSubnets(candidates: Iterable<string>, used: readonly AddressRange[]): Generator<string> {
  for (const cidr of candidates) {
    const range = addressRange(cidr);
    if (range && !used.some((each) => each.first <= range.last && range.first <= each.last)) yield cidr;
  }
}

/** What this machine reaches by its own interfaces and routes. */
export function localRanges(): AddressRange[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const cidrs = interfaces.flatMap(({ cidr }) => cidr ?? []);
  return [...cidrs, ...linuxRoutes()].flatMap((cidr) => addressRange(cidr) ?? []);
}

/** Destinations in /proc/net/route; none on other systems. */
function linuxRoutes(): string[] {
  try {
    return routesIn(readFileSync('/proc/net/route', 'utf8'));
  } catch {
    return [];
  }
}

/** Destinations of a routing table as Linux prints it, those for everything apart. */
export function routesIn(table: string): string[] {
  return table.split('\n').flatMap((line) => {
    const [, destination, , , , , , mask] = line.split('\t');
    if (!destination || !mask || !/^[0-9A-F]{8}$/i.test(destination)) return [];
    const prefix = bytesOf(mask).reduce((sum, byte) => sum + ones(byte), 0);
    return prefix < shortestPrefix ? [] : [`${bytesOf(destination).join('.')}/${prefix}`];
  });
}

/** The kernel writes addresses in the byte order of the machine, which is little-endian wherever Docker runs. */
function bytesOf(hex: string): number[] {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function ones(byte: number): number {
  return byte.toString(2).replaceAll('0', '').length;
}
