/**
 * This node, for a harness that runs several implementations of a DHT by the same rules: all nodes in one process, on
 * real sockets, sharing clock, randomness, deadlines and contacts as the nodes of a host do.
 *
 * The harness names this module in ADAPTER; it needs the built node (npm run build).
 */
import { randomBytes } from 'node:crypto';
import { createProcessComponents, KademliaNode, NodeId } from '../dist/index.js';

const address = '127.0.0.1';
/** The first requests of a node may meet one that is just starting. */
const attempts = 5;
const keyBytes = 20;
/** When a node that has entered looks around, as in a host. */
const lookAroundAfterMs = () => 800 + 1000 * Math.random();

const { transports, clock, random, deadlines, book } = createProcessComponents();

async function firstAnswering(node, bootstraps) {
  for (const { host, port } of bootstraps) {
    const contact = await node.contactAt(host, port, attempts);
    if (contact) return contact;
  }
  throw new Error('No bootstrap node answered');
}

// biome-ignore lint/style/noDefaultExport: the harness reads the default export of an adapter.
export default {
  transport: 'udp',
  targetBytes: keyBytes,
  targetPosition: (target) => target,
  keyPosition: (key) => Buffer.from(NodeId.fromName(key).bytes),
  address: (_node, port) => ({ host: address, port }),
  position: (node) => Buffer.from(node.id.bytes),
  tableSize: (node) => node.table.contacts().length,

  /** Resolves when the node has joined, as it says itself. */
  async create({ port, bootstraps }) {
    const transport = await transports.bind(address, port);
    const parts = { clock, random, deadlines, book, transport };
    const node = new KademliaNode(parts, { id: NodeId.random(random) });
    if (bootstraps.length > 0) {
      const seeds = [await firstAnswering(node, bootstraps)];
      await node.enter(seeds);
      setTimeout(() => void node.lookAround(seeds), lookAroundAfterMs());
    }
    return node;
  },

  async lookup(node, target) {
    const { contacts, requests } = await node.lookup(new NodeId(target));
    return { ids: contacts.map(({ id }) => Buffer.from(id.bytes)), queries: requests };
  },

  /** The key is a name of its own: values are found by name, not by their content. */
  async put(node, value) {
    const key = randomBytes(keyBytes).toString('hex');
    const replicas = await node.put(key, value);
    if (replicas === 0) throw new Error('No node took the value');
    return key;
  },

  get: (node, key) => node.get(key),

  /** Closes without farewell. */
  kill: (node) => node.close(),
};
