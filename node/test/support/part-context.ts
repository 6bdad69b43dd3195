import type { KademliaNode } from '../../src/index.js';
import type { NodeEvent, PartContext } from '../../src/node-part.js';
import { parseSettings } from '../../src/settings.js';

/** What a part of `kademlia` is given, with some settings; `events` collects what it tells. */
export function partContext(
  kademlia: KademliaNode,
  values: Record<string, string> = {},
  events: NodeEvent[] = [],
): PartContext {
  return { kademlia, settings: parseSettings(values), emit: (event) => events.push(event) };
}
