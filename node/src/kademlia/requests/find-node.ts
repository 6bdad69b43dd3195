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
export function contactsFor(
  { bytes, key, sender }: Incoming,
  { table, k }: ContactsComponents,
): Uint8Array | undefined {
  return key && encodeContactsResponse(bytes, table.closest(key, Math.min(k(), MAX_CONTACTS), sender));
}
