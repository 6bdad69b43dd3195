import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import { decodeContacts } from '../wire/contact-list.js';
import { HEADER_BYTES } from '../wire/datagram.js';
import { encodeRequest } from '../wire/request.js';

/** Requests of one crawl in flight; more only make queues at the nodes asked. */
const CRAWL_CONCURRENCY = 64;

export interface CrawlOptions {
  /** Told of every node that is met, once, before it is asked itself. */
  onFound?: (contact: Contact) => void;
  /** @returns true to end the crawl early. */
  enough?: () => boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Walks the whole key space: asks each node that it meets for the nodes nearest to that node itself.
 *
 * Since every node is in the tables of its neighbours, that meets all of them at one request a node.
 *
 * @returns the nodes that answered
 */
export function crawl(node: KademliaNode, options: CrawlOptions = {}): Promise<Contact[]> {
  const { onFound, enough, signal } = options;
  const met = new Set<string>([node.id.hex]);
  const queue: Contact[] = [];
  const answered: Contact[] = [];
  let active = 0;

  const meet = (contact: Contact) => {
    const key = contact.id.hex;
    if (met.has(key)) return;
    met.add(key);
    queue.push(contact);
    onFound?.(contact);
  };

  return new Promise((resolve) => {
    const stopped = () => signal?.aborted === true || node.closed || enough?.() === true;
    const next = () => {
      while (!stopped() && active < CRAWL_CONCURRENCY) {
        const contact = queue.pop();
        if (!contact) break;
        active++;
        ask(contact);
      }
      if (active === 0) resolve(answered);
    };
    const ended = () => {
      active--;
      next();
    };
    const ask = (contact: Contact) => {
      const handler = {
        answered: (_call: unknown, bytes: Uint8Array) => {
          const contacts = decodeContacts(bytes, HEADER_BYTES, node.parts.book);
          if (!contacts) return false;
          answered.push(contact);
          node.see(contact);
          for (const other of contacts) meet(other);
          ended();
          return true;
        },
        failed: () => {
          node.doubt(contact);
          ended();
        },
      };
      node.rpc.call(contact, encodeRequest('find_node', node.id, contact.id), handler, { attempts: 2 });
    };
    for (const contact of node.table.contacts()) meet(contact);
    next();
  });
}
