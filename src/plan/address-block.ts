/**
 * The loopback addresses and ports of one network, as data.
 *
 * Where the system answers on all of 127.0.0.0/8 (Linux), block i is 127.i.0.1 and up; elsewhere every
 * network has 127.0.0.1 and its ports are moved by an offset.
 */
export interface AddressBlock {
  /** 0 is the block of the first network. */
  index: number;
  /** Addresses that it has. */
  addresses: number;
  portOffset: number;
}

/** Distance of the ports of two networks that share one address; the ports of one lie within 5678-8999. */
const portOffsetStep = 4000;
/** Above this the ports would leave 65535. */
const mostSharedBlocks = 15;
/** 127.255.0.0/16 holds the broadcast address. */
const mostLinuxBlocks = 255;
/** Addresses in one /16, less the one that ends in 0.0. */
const addressesPerBlock = 65_535;

/** Block `index` on this platform; undefined when there is none left. */
export function addressBlock(index: number, platform: string): AddressBlock | undefined {
  if (platform === 'linux') {
    return index < mostLinuxBlocks ? { index, addresses: addressesPerBlock, portOffset: 0 } : undefined;
  }
  return index < mostSharedBlocks ? { index, addresses: 1, portOffset: index * portOffsetStep } : undefined;
}

/** Address `position` (0 = first) of a block. */
export function addressAt(block: AddressBlock, position: number): string {
  if (position < 0 || position >= block.addresses)
    throw new RangeError(`No address ${position} in the block`);
  if (block.addresses === 1) return '127.0.0.1';
  const number = position + 1;
  return `127.${block.index}.${number >> 8}.${number & 255}`;
}
