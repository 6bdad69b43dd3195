import { encodeContactsResponse } from '../../wire/contact-list.js';
import { MAX_CONTACTS } from '../../wire/datagram.js';
import type { RoutingTable } from '../routing-table.js';
import type { Incoming, RequestHandler } from './request-handler.js';

export interface ContactsComponents {
  table: RoutingTable;
  /** Contacts in an answer at most. */
  k: () => number;
}

/** Names the contacts nearest to a key. */
export function findNodeHandler(components: ContactsComponents): RequestHandler {
  return {
    name: 'find_node',
    needsSender: true,
    handle: (incoming) => contactsFor(incoming, components),
  };
}

/** The answer with the contacts nearest to the key, without the sender; undefined when there is no key. */
export function contactsFor(incoming: Incoming, { table, k }: ContactsComponents): Uint8Array | undefined {
  const { bytes, key } = incoming;
  const leftOut = hasTwin(incoming, table) ? undefined : incoming.sender;
  return key && encodeContactsResponse(bytes, table.closestProven(key, Math.min(k(), MAX_CONTACTS), leftOut));
}

/** Whether a node that looks for its own id is known at another place: it hears of it, and finds out who that is. */
function hasTwin({ key, sender, address, port }: Incoming, table: RoutingTable): boolean {
  if (!key || !sender?.equals(key)) return false;
  const known = table.get(sender);
  return known !== undefined && (known.port !== port || known.address !== address);
}
