import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import { crawl } from './crawl.js';

export interface DiscoverOptions {
  /** Nodes that are wanted. */
  count: number;
  /** Told of every node when it is found first. */
  onFound?: (contact: Contact) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Finds other nodes by asking through the key space, until `count` have answered or all were asked.
 *
 * @returns everything found that answered, not just `count`
 */
export function discover(node: KademliaNode, options: DiscoverOptions): Promise<Contact[]> {
  const { count, onFound, signal } = options;
  let found = 0;
  return crawl(node, {
    signal,
    onFound: (contact) => {
      found++;
      onFound?.(contact);
    },
    enough: () => found >= count,
  });
}
