import { expect } from 'chai';
import { createTestnet, type KademliaNode, NodeId, SeededRandom, type Testnet } from '../../src/index.js';
import { moveNode } from '../support/moved-node.js';
import { trueNearest } from '../support/truth.js';

/** Mean recall@K of lookups by living nodes for random targets, and the requests of one. */
async function recallOf(net: Testnet, k: number, lookups: number) {
  const random = new SeededRandom(5);
  const alive = net.nodes.filter((node) => !node.closed);
  let found = 0;
  let requests = 0;
  for (let i = 0; i < lookups; i++) {
    const node = alive[random.below(alive.length)] as KademliaNode;
    const target = NodeId.random(random);
    const result = await net.run(node.lookup(target));
    expect([result.k, result.complete]).to.deep.equal([k, true]);
    const got = new Set(result.contacts.map((contact) => contact.id.hex));
    found += trueNearest(alive, target, k, node).filter((other) => got.has(other.id.hex)).length;
    requests += result.requests;
  }
  return { recall: found / (lookups * k), requests: requests / lookups };
}

async function recallAt(joinedK: number, k: number, nodes = 300) {
  const net = await createTestnet(nodes, { seed: 3, parameters: { k: joinedK, alpha: 8 } });
  for (const node of net.nodes) node.setParameters({ k });
  const result = await recallOf(net, k, 200);
  net.close();
  return result;
}

describe('lookups', function () {
  this.timeout(120_000);

  it('find the true 40 nearest of 1000 nodes although an answer carries 35 contacts, at a few requests more', async () => {
    const { recall, requests } = await recallAt(40, 40, 1000);
    expect(recall).to.be.at.least(0.999);
    expect(requests).to.be.below(52);
  });

  it('find them right after K has grown', async () => {
    expect((await recallAt(20, 40)).recall).to.be.at.least(0.999);
  });

  it('find the true 20 right after K has shrunk', async () => {
    expect((await recallAt(40, 20)).recall).to.be.at.least(0.999);
  });

  it('find the living ones right after half of the nodes died, which take up half of each answer', async () => {
    const net = await createTestnet(1000, { seed: 11 });
    for (const [index, node] of net.nodes.entries()) if (index % 2 > 0) node.close();
    const { recall } = await recallOf(net, 20, 24);
    net.close();
    expect(recall).to.be.at.least(0.995);
  });

  it('find a node that was started anew at another address, although many know it by the old one', async () => {
    const net = await createTestnet(100, { seed: 7, parameters: { k: 20, alpha: 3 } });
    const moved = await moveNode(net, 50);
    const { id } = moved;
    for (const node of net.nodes.filter((each) => each !== moved)) {
      const { contacts } = await net.run(node.lookup(id));
      expect([contacts[0]?.id.hex, contacts[0]?.address]).to.deep.equal([id.hex, '127.0.0.2']);
    }
    net.close();
  });
});
