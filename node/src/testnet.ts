import { AddressBook } from './kademlia/contact.js';
import { NodeId } from './kademlia/id.js';
import { KademliaNode } from './kademlia/node.js';
import type { Parameters } from './kademlia/node-init.js';
import { Deadlines } from './wire/deadlines.js';
import { SeededRandom } from './wire/seeded-random.js';
import { systemClock } from './wire/system.js';
import { udp } from './wire/udp.js';
import { type LinkConditions, VirtualNetwork } from './wire/virtual.js';

export interface TestnetOptions {
  /** Real sockets on loopback, or the network in memory on a virtual clock (the default). */
  transport?: 'virtual' | 'udp';
  /** Of ids, message ids and conditions; the same seed gives the same run on the virtual network. */
  seed?: number;
  /** Of the virtual network. */
  conditions?: Partial<LinkConditions>;
  parameters?: Partial<Parameters>;
  /** Told of every node before it joins. */
  onNode?: (node: KademliaNode) => void;
}

/** A network of nodes in this process, for tests and experiments. */
export interface Testnet {
  nodes: KademliaNode[];
  /** The virtual network; undefined with real sockets. */
  network: VirtualNetwork | undefined;
  /** Waits for a promise while time passes; on the virtual network that takes no real time. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** One more node, joined through the first one. */
  add(): Promise<KademliaNode>;
  close(): void;
}

/** Nodes that join at a time. */
const JOIN_CONCURRENCY = 16;
/** First port of virtual nodes; each has a port of its own on one address. */
const VIRTUAL_PORT = 10_000;

/**
 * Brings up a network whose nodes have all joined.
 *
 * @param size number of nodes, 1 or more
 */
export async function createTestnet(size: number, options: TestnetOptions = {}): Promise<Testnet> {
  const { transport = 'virtual', seed = 1 } = options;
  const network = transport === 'virtual' ? new VirtualNetwork(seed, options.conditions) : undefined;
  const random = new SeededRandom(seed + 1);
  const clock = network?.clock ?? systemClock;
  const shared = { clock, random, deadlines: new Deadlines(clock), book: new AddressBook() };
  const { parameters = {} } = options;
  const nodes: KademliaNode[] = [];

  const run = <T>(promise: Promise<T>) => network?.clock.run(promise) ?? promise;
  const create = async (index: number) => {
    const socket = await (network ?? udp).bind('127.0.0.1', network ? VIRTUAL_PORT + index : 0);
    const node = new KademliaNode(
      { ...shared, transport: socket },
      { id: NodeId.random(random), parameters },
    );
    nodes.push(node);
    options.onNode?.(node);
    return node;
  };
  const join = async (node: KademliaNode) => {
    const { address, port } = nodes[0] as KademliaNode;
    const first = await node.contactAt(address, port, 5);
    if (!first) throw new Error(`The first node of the testnet at ${address}:${port} did not answer`);
    await node.join([first]);
  };

  for (let i = 0; i < size; i++) await create(i);
  const waiting = nodes.slice(1).reverse();
  const joinAll = async () => {
    for (let node = waiting.pop(); node; node = waiting.pop()) await join(node);
  };
  const close = () => {
    for (const node of nodes) node.close();
    shared.deadlines.close();
  };
  try {
    await run(Promise.all(Array.from({ length: JOIN_CONCURRENCY }, joinAll)));
  } catch (error) {
    close();
    throw error;
  }

  return {
    nodes,
    network,
    run,
    add: async () => {
      const node = await create(nodes.length);
      await run(join(node));
      return node;
    },
    close,
  };
}
