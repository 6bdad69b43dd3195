import { expect } from 'chai';
import { NetworkSize } from '../../src/adaptive/network-size.js';
import { createTestnet, type KademliaNode, NodeId, SeededRandom, type Testnet } from '../../src/index.js';

interface Sized {
  net: Testnet;
  sizes: Map<KademliaNode, NetworkSize>;
}

/** Nodes of a large network that estimate; the others only answer. */
const ESTIMATING = 500;

async function sized(nodes: number, k: number): Promise<Sized> {
  const sizes = new Map<KademliaNode, NetworkSize>();
  const every = Math.ceil(nodes / ESTIMATING);
  let index = 0;
  const net = await createTestnet(nodes, {
    seed: 7,
    parameters: { k },
    onNode: (node) => {
      if (index++ % every === 0) sizes.set(node, new NetworkSize(node));
    },
  });
  return { net, sizes };
}

const alive = ({ sizes }: Sized) => [...sizes].filter(([node]) => !node.closed).map(([, size]) => size);

/** Estimates of all nodes as they are after their looks, with their walks to other parts of the key space. */
async function estimates(network: Sized): Promise<number[]> {
  const sizes = alive(network);
  for (const size of sizes) size.update();
  await network.net.run(Promise.all(sizes.map((size) => size.sharpen(8))));
  return sizes.map((size) => size.nodes);
}

/** Relative errors: the share of nodes within a quarter, the median and the worst. */
function errorsOf(values: number[], truth: number) {
  const errors = values.map((value) => Math.abs(value / truth - 1)).sort((a, b) => a - b);
  return {
    within: errors.filter((error) => error <= 0.25).length / errors.length,
    median: errors[errors.length >> 1] as number,
    worst: errors.at(-1) as number,
  };
}

describe('the estimate of the network size', function () {
  this.timeout(300_000);
  let network: Sized;

  afterEach(() => network.net.close());

  /** Shares of nodes within 25 %, right after all have joined in one burst and later; measured with this seed, rounded outwards. */
  const cases = [
    { nodes: 50, k: 20, joined: 1, later: 1 },
    { nodes: 200, k: 25, joined: 0.99, later: 0.99 },
    { nodes: 1000, k: 20, joined: 0.95, later: 0.98 },
    { nodes: 1000, k: 40, joined: 0.98, later: 0.98 },
    // With CQKD_TEST_ALL=1: it takes a minute.
    ...(process.env.CQKD_TEST_ALL === '1' ? [{ nodes: 5000, k: 20, joined: 0.93, later: 0.98 }] : []),
  ];
  for (const { nodes, k, joined, later } of cases) {
    it(`is right for nearly all of ${nodes} nodes with K = ${k}`, async () => {
      network = await sized(nodes, k);
      const atOnce = errorsOf(await estimates(network), nodes);
      expect(atOnce.within).to.be.at.least(joined);
      expect(atOnce.median).to.be.at.most(0.1);
      expect(atOnce.worst).to.be.at.most(0.75);
      await network.net.network?.clock.advance(301_000);
      const settled = errorsOf(await estimates(network), nodes);
      expect(settled.within).to.be.at.least(later);
      expect(settled.median).to.be.at.most(0.08);
      expect(settled.worst).to.be.at.most(0.5);
    });
  }

  it('follows growth', async () => {
    network = await sized(100, 20);
    await estimates(network);
    for (let i = 0; i < 200; i++) await network.net.add();
    const { within } = errorsOf(await estimates(network), 300);
    expect(within).to.be.at.least(0.95);
  });

  it('follows a network that loses two thirds of its nodes, once lookups have met the dead', async () => {
    network = await sized(300, 20);
    await estimates(network);
    for (const node of network.net.nodes.slice(100)) node.close();
    const random = new SeededRandom(1);
    const { net } = network;
    for (let round = 0; round < 6; round++) {
      const left = net.nodes.filter((node) => !node.closed);
      await net.run(Promise.all(left.map((node) => node.lookup(NodeId.random(random)))));
      await net.network?.clock.advance(10_000);
    }
    const { within } = errorsOf(await estimates(network), 100);
    expect(within).to.be.at.least(0.95);
  });

  it('does not count suspects', async () => {
    network = await sized(30, 40);
    const [size] = alive(network) as [NetworkSize];
    expect(size.update()).to.equal(30);
    const node = network.net.nodes[0] as KademliaNode;
    for (const contact of node.table.contacts().slice(0, 10)) node.table.suspect(contact);
    expect(size.update()).to.equal(20);
  });

  it('is 1 for a node that is alone, and asks nobody', async () => {
    network = await sized(1, 20);
    expect(await estimates(network)).to.deep.equal([1]);
  });

  it('asks no more when it knows enough', async () => {
    network = await sized(300, 20);
    for (let look = 0; look < 3; look++) await estimates(network);
    const sent = () => network.net.nodes.reduce((sum, node) => sum + node.stats.requestsSent, 0);
    const before = sent();
    await estimates(network);
    expect(sent()).to.equal(before);
  });
});
