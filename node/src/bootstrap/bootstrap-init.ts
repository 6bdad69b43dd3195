import type { Tier } from '../control/api.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { NodeEvent } from '../node-part.js';
import type { Settings } from '../settings.js';

/** Where a node finds its network; all `address:port`. */
export interface BootstrapPlaces {
  /** Bootstrap nodes, in order of preference; none = the first node of a network. */
  candidates: readonly string[];
  /** The ring of the node's tier, itself among them; empty for workers and endpoints. */
  siblings: readonly string[];
  /** Bootstrap nodes without the hierarchy; undefined = the candidates. */
  fallbackCandidates?: readonly string[] | undefined;
}

export interface BootstrapInit {
  node: KademliaNode;
  tier: Tier;
  region: string;
  networkKey: string;
  settings: Settings;
  places: BootstrapPlaces;
  /** Nodes that it takes; null = as many as come. */
  capacity: number | null;
  isJoined: () => boolean;
  emit: (event: NodeEvent) => void;
  /** Told when its parent or its load has changed; seldom, however many nodes come and go. */
  onChange: () => void;
}
