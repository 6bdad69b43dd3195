import { type AddressBlock, addressAt } from './address-block.js';
import { coordinatorPosition, parseSubnet, subnetAddress } from './subnet.js';

/**
 * Where a network lives: its hosts share loopback addresses of this machine, or each has an address of its
 * own in a subnet (CIDR).
 */
export type Ground = { kind: 'loopback'; block: AddressBlock } | { kind: 'subnet'; cidr: string };

/** Where the coordinator's own node is, and hosts reach its API. */
export function coordinatorAddress(ground: Ground): string {
  return ground.kind === 'loopback'
    ? addressAt(ground.block, 0)
    : subnetAddress(parseSubnet(ground.cidr), coordinatorPosition);
}

/** What is added to every port, where networks share one address. */
export function portOffsetOf(ground: Ground): number {
  return ground.kind === 'loopback' ? ground.block.portOffset : 0;
}
