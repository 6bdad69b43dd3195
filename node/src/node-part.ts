import type { NetworkEvent } from './control/api.js';
import type { KademliaNode } from './kademlia/node.js';
import type { Settings } from './settings.js';

/** A feature that lives with a node: it begins when the node has joined and ends with it. */
export interface NodePart {
  /** The node has joined. Called once. */
  start(): void;
  /** Settings have changed; also before `start`. */
  configure(settings: Settings): void;
  /** The node leaves or has crashed: clears every timer. May be called before `start`. */
  stop(): void;
}

/** What a node tells those who listen to the network's events. */
export type NodeEvent = Pick<NetworkEvent, 'type' | 'message' | 'peer'>;

/** What a part is given. */
export interface PartContext {
  kademlia: KademliaNode;
  settings: Settings;
  emit: (event: NodeEvent) => void;
}
