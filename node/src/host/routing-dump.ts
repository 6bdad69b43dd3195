import type { RoutingDump } from '../control/host-api.js';
import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';

/** The routing tables of some nodes; each contact is written once, tables are indices. */
export function dumpRouting(nodes: Iterable<KademliaNode>): RoutingDump {
  const indices = new Map<Contact, number>();
  const indexOf = (contact: Contact) => {
    const known = indices.get(contact);
    if (known !== undefined) return known;
    indices.set(contact, indices.size);
    return indices.size - 1;
  };
  const tables = [];
  for (const node of nodes) tables.push({ id: node.id.hex, table: node.table.contacts().map(indexOf) });
  const contacts = [...indices.keys()].map(({ id, address, port }) => `${id.hex} ${address} ${port}`);
  return { contacts, nodes: tables };
}
