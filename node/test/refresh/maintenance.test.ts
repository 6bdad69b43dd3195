import { expect } from 'chai';
import { createTestnet, type KademliaNode, type Testnet } from '../../src/index.js';
import { randomIdSharing } from '../../src/kademlia/id.js';
import { Maintenance } from '../../src/refresh/maintenance.js';
import { partContext } from '../support/part-context.js';
import { trueNearest } from '../support/truth.js';

const INTERVAL_MS = 300_000;

describe('Maintenance', () => {
  let net: Testnet;
  let upkeep: Maintenance[];

  beforeEach(async () => {
    net = await createTestnet(100, { seed: 8 });
    upkeep = net.nodes.map((node) => new Maintenance(partContext(node)));
    for (const one of upkeep) one.start();
  });

  afterEach(() => {
    for (const one of upkeep) one.stop();
    net.close();
  });

  it('looks through every bucket once an interval, spread over it', async () => {
    const clock = net.network!.clock;
    const total = () => net.nodes.reduce((sum, node) => sum + node.stats.refreshDatagrams, 0);
    const perTenth: number[] = [];
    for (let i = 0; i < 20; i++) {
      const before = total();
      await clock.advance(INTERVAL_MS / 10);
      perTenth.push(total() - before);
    }
    const mean = total() / 20;
    expect(Math.max(...perTenth)).to.be.below(4 * mean);
    for (const node of net.nodes) {
      expect(node.table.staleBuckets(clock.now() - 1.1 * INTERVAL_MS)).to.deep.equal([]);
    }
  });

  it('leaves buckets alone that lookups went through', async () => {
    const node = net.nodes[0] as KademliaNode;
    for (let minute = 0; minute < 20; minute++) {
      await net.network!.clock.advance(60_000);
      for (const contact of node.table.contacts()) node.table.markLookedUp(contact.id);
    }
    expect(node.stats.refreshDatagrams).to.equal(0);
  });

  it('does nothing once it was stopped', async () => {
    for (const one of upkeep) one.stop();
    const before = net.nodes.map((node) => node.stats.datagramsSent);
    await net.network!.clock.advance(3 * INTERVAL_MS);
    expect(net.nodes.map((node) => node.stats.datagramsSent)).to.deep.equal(before);
  });

  it('fills tables again soon after most nodes have left', async () => {
    const leaving = net.nodes.slice(0, 70);
    for (const [index, one] of upkeep.entries()) if (index < 70) one.stop();
    await net.run(Promise.all(leaving.map((node) => node.leave())));
    for (const node of leaving) node.close();
    await net.network!.clock.advance(30_000);
    const left = net.nodes.filter((node) => !node.closed);
    for (const node of left) {
      const target = randomIdSharing(node.id, 0, node.parts.random);
      const { contacts } = await net.run(node.lookup(target));
      const truth = trueNearest(left, target, 20, node).map((other) => other.id.hex);
      expect(contacts.map((contact) => contact.id.hex)).to.deep.equal(truth);
    }
  });

  it('forgets nodes that died', async () => {
    const dead = net.nodes.slice(0, 20);
    for (const node of dead) node.close();
    await net.network!.clock.advance(2 * INTERVAL_MS);
    const stale = net.nodes
      .filter((node) => !node.closed)
      .flatMap((node) => node.table.contacts())
      .filter((contact) => dead.some((node) => node.id.equals(contact.id)));
    expect(stale.length / net.nodes.length).to.be.below(1);
  });
});
