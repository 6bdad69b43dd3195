import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { createTestnet, type KademliaNode, NodeId, SeededRandom, type Testnet } from '../src/index.js';
import { trueNearest } from './support/truth.js';

const K = 20;

/** Mean recall@K of lookups by random nodes for random targets. */
async function recall(net: Testnet, lookups: number, random: SeededRandom): Promise<number> {
  const alive = net.nodes.filter((node) => !node.closed);
  let found = 0;
  let wanted = 0;
  for (let i = 0; i < lookups; i++) {
    const node = alive[random.below(alive.length)] as KademliaNode;
    const target = NodeId.random(random);
    const { contacts } = await net.run(node.lookup(target));
    const got = new Set(contacts.map((contact) => contact.id.hex));
    const truth = trueNearest(alive, target, K, node);
    found += truth.filter((other) => got.has(other.id.hex)).length;
    wanted += truth.length;
  }
  return found / wanted;
}

async function write(net: Testnet, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, i) => `key-${i}`);
  for (const [i, key] of keys.entries()) {
    const node = net.nodes[(i * 7) % net.nodes.length] as KademliaNode;
    expect(await net.run(node.put(key, `value of ${key}`))).to.be.at.least(1);
  }
  return keys;
}

async function unreadable(net: Testnet, keys: string[], random: SeededRandom): Promise<string[]> {
  const alive = net.nodes.filter((node) => !node.closed);
  const missing: string[] = [];
  for (const key of keys) {
    const reader = alive[random.below(alive.length)] as KademliaNode;
    if ((await net.run(reader.get(key))) !== `value of ${key}`) missing.push(key);
  }
  return missing;
}

describe('a network of 1000 nodes', function () {
  this.timeout(300_000);
  let net: Testnet;

  beforeEach(async () => {
    net = await createTestnet(1000, { seed: 11 });
  });

  afterEach(() => net.close());

  it('finds the true nearest nodes, all of them', async () => {
    expect(await recall(net, 200, new SeededRandom(1))).to.equal(1);
  });

  it('reads every key right after a fifth of the nodes died', async () => {
    const random = new SeededRandom(2);
    const keys = await write(net, 200);
    for (let killed = 0; killed < 200; ) {
      const node = net.nodes[random.below(1000)] as KademliaNode;
      if (node.closed) continue;
      node.close();
      killed++;
    }
    expect(await unreadable(net, keys, random)).to.deep.equal([]);
  });

  it('keeps recall above 0.99 while a tenth of all datagrams is lost', async () => {
    net.network?.setConditions({ loss: 0.1, latencyMs: 20, jitterMs: 10 });
    await recall(net, 300, new SeededRandom(3));
    expect(await recall(net, 200, new SeededRandom(4))).to.be.at.least(0.99);
  });

  it('reads every key while three tenths of all datagrams are lost', async () => {
    const keys = await write(net, 100);
    net.network?.setConditions({ loss: 0.3, latencyMs: 20, jitterMs: 10 });
    expect(await unreadable(net, keys, new SeededRandom(5))).to.deep.equal([]);
  });

  it('survives duplicated and reordered datagrams', async () => {
    net.network?.setConditions({ duplication: 0.3, reordering: 0.2, jitterMs: 5 });
    expect(await recall(net, 100, new SeededRandom(6))).to.equal(1);
  });
});

describe('createTestnet', () => {
  it('repeats a run datagram for datagram by its seed', async function () {
    this.timeout(120_000);
    const trace = async (seed: number) => {
      const hash = createHash('sha256');
      const net = await createTestnet(100, { seed, conditions: { jitterMs: 3 } });
      if (!net.network) throw new Error('not virtual');
      net.network.onDatagram = ({ atMs, from, to, bytes }) =>
        hash.update(`${atMs} ${from} ${to} `).update(bytes);
      net.network.setConditions({ loss: 0.1, duplication: 0.1, reordering: 0.1 });
      for (const node of net.nodes.slice(0, 20)) {
        await net.run(node.put(node.id.hex, 'x'));
        await net.run(node.get(node.id.hex));
      }
      net.close();
      return hash.digest('hex');
    };
    const first = await trace(5);
    expect(await trace(5)).to.equal(first);
    expect(await trace(6)).not.to.equal(first);
  });

  it('brings real sockets up as well', async () => {
    const net = await createTestnet(30, { transport: 'udp', seed: 1 });
    expect(await recall(net, 20, new SeededRandom(1))).to.equal(1);
    expect(await net.run((net.nodes[3] as KademliaNode).put('k', 42))).to.equal(K);
    expect(await net.run((net.nodes[29] as KademliaNode).get('k'))).to.equal(42);
    net.close();
  });

  it('says so when the first node does not answer', async () => {
    const failed = await createTestnet(3, { conditions: { loss: 1 } }).catch((error: Error) => error.message);
    expect(failed).to.match(/first node of the testnet at 127\.0\.0\.1:10000 did not answer/);
  });
});
