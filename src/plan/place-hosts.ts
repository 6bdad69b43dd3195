import type { PackedHost } from './hosts.js';
import type { PreviousNode } from './previous.js';
import { coordinatorPosition, parseSubnet, subnetAddress } from './subnet.js';
import type { WorkerPorts } from './worker-places.js';

/**
 * Gives each host an address of its own, and its workers ports that differ on it.
 *
 * A host that stays keeps its address; a new one gets the lowest that no host has now, those that go included:
 * they end only when the new ones run. A worker whose port another
 * one of its host has takes the next free one.
 */
export function placeHosts(
  hosts: readonly PackedHost[],
  cidr: string,
  ports: WorkerPorts,
  previous: ReadonlyMap<string, PreviousNode>,
): void {
  const subnet = parseSubnet(cidr);
  const before = new Map([...previous.values()].map(({ host, address }) => [host, address]));
  const taken = new Set(before.values());
  let position = coordinatorPosition + 1;
  const next = () => {
    for (;;) {
      const address = subnetAddress(subnet, position++);
      if (!taken.has(address)) return address;
    }
  };
  for (const { name, members } of hosts) {
    const address = before.get(name) ?? next();
    for (const member of members) member.address = address;
    spread(members, ports);
  }
}

function spread(members: PackedHost['members'], ports: WorkerPorts): void {
  const used = new Set<number>();
  for (const member of members) {
    if (member.tier !== 'worker') continue;
    while (used.has(member.port)) member.port = member.port < ports.max ? member.port + 1 : ports.min;
    used.add(member.port);
  }
}
