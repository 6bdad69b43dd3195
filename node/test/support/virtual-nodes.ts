import {
  AddressBook,
  Deadlines,
  DhtNode,
  type DhtNodeInit,
  SeededRandom,
  VirtualNetwork,
} from '../../src/index.js';
import { parseSettings } from '../../src/settings.js';

export interface VirtualNodes {
  network: VirtualNetwork;
  /** Makes a node and binds it; it has not joined yet. */
  create(
    name: string,
    port: number,
    candidates: string[],
    values?: Record<string, string>,
    more?: Partial<DhtNodeInit>,
  ): Promise<DhtNode>;
  /** Nodes made from now on belong to another network. */
  setNetwork(key: string): void;
}

/** Whole nodes on a virtual network, all on 10.0.0.1. */
export function virtualNodes(seed = 1): VirtualNodes {
  const network = new VirtualNetwork(seed, { latencyMs: 5 });
  const components = {
    clock: network.clock,
    random: new SeededRandom(seed),
    transports: network,
    deadlines: new Deadlines(network.clock),
    book: new AddressBook(),
    networkKey: 'test',
  };
  return {
    network,
    setNetwork: (key) => {
      components.networkKey = key;
    },
    create: async (name, port, candidates, values = {}, more = {}) => {
      const settings = parseSettings(values);
      const node = new DhtNode(
        { ...components },
        { name, tier: 'worker', region: 'east', settings, candidates, ...more },
      );
      await node.bind('10.0.0.1', port);
      return node;
    },
  };
}
