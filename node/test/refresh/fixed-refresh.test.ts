import { expect } from 'chai';
import { createTestnet, type KademliaNode, type Testnet } from '../../src/index.js';
import type { NodeEvent } from '../../src/node-part.js';
import { Refresh } from '../../src/refresh/refresh.js';
import { partContext } from '../support/part-context.js';

const INTERVAL_MS = 300_000;

describe('fixed refresh', () => {
  let net: Testnet;
  let upkeep: Refresh[];
  let events: NodeEvent[];

  beforeEach(async () => {
    net = await createTestnet(100, { seed: 8 });
    events = [];
    upkeep = net.nodes.map((node) => {
      return new Refresh(partContext(node, { enable_adaptive_refresh: 'false' }, events));
    });
    for (const one of upkeep) one.start();
  });

  afterEach(() => {
    for (const one of upkeep) one.stop();
    net.close();
  });

  const total = () => net.nodes.reduce((sum, node) => sum + node.stats.refreshDatagrams, 0);

  it('looks through every bucket once an interval, spread over it', async () => {
    const clock = net.network!.clock;
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

  it('walks to all of the K nearest', async () => {
    await net.network!.clock.advance(2 * INTERVAL_MS);
    for (const node of net.nodes) {
      expect(node.stats.refreshDatagrams).to.be.at.least(2 * 20 * (node.stats.refreshWalks.fixed ?? 0));
    }
  });

  it('leaves buckets alone that lookups went through, and does not announce itself', async () => {
    const node = net.nodes[0] as KademliaNode;
    for (let minute = 0; minute < 20; minute++) {
      await net.network!.clock.advance(60_000);
      for (const contact of node.table.contacts()) node.table.markLookedUp(contact.id);
    }
    expect(node.stats.refreshDatagrams).to.equal(0);
  });

  it('answers a mass death with nothing but its next round', async () => {
    await net.network!.clock.advance(2 * INTERVAL_MS);
    const before = total();
    await net.network!.clock.advance(30_000);
    const ordinary = total() - before;
    for (const [index, node] of net.nodes.entries()) {
      if (index >= 50) continue;
      upkeep[index]?.stop();
      node.close();
    }
    await net.network!.clock.advance(30_000);
    expect(total() - before - ordinary).to.be.below(3 * ordinary);
    const kinds = new Set(net.nodes.flatMap((node) => Object.keys(node.stats.refreshWalks)));
    expect([...kinds]).to.deep.equal(['fixed']);
    expect(events).to.deep.equal([]);
  });

  it('does nothing once it was stopped', async () => {
    for (const one of upkeep) one.stop();
    const before = net.nodes.map((node) => node.stats.datagramsSent);
    await net.network!.clock.advance(3 * INTERVAL_MS);
    expect(net.nodes.map((node) => node.stats.datagramsSent)).to.deep.equal(before);
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
