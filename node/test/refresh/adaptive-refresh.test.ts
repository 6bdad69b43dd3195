import { expect } from 'chai';
import type { KademliaNode } from '../../src/index.js';
import { parseSettings } from '../../src/settings.js';
import { RefreshedNet } from '../support/refreshed-net.js';

const FIXED = { enable_adaptive_refresh: 'false' };

describe('adaptive refresh', () => {
  const nets: RefreshedNet[] = [];
  const create = async (size: number, settings: Record<string, string> = {}) => {
    const net = await RefreshedNet.create(size, 8, settings);
    nets.push(net);
    return net;
  };

  afterEach(() => {
    for (const net of nets.splice(0)) net.close();
  });

  it('costs less than a fifth of the fixed one in quiet times, and all is found', async () => {
    const cost = async (net: RefreshedNet) => {
      await net.advance(600);
      const before = net.refreshDatagrams;
      await net.advance(1800);
      return net.refreshDatagrams - before;
    };
    const adaptive = await create(150);
    expect(await cost(adaptive)).to.be.below((await cost(await create(150, FIXED))) / 5);
    expect(adaptive.coverage()).to.be.at.least(0.99);
    expect(await adaptive.recall(50)).to.be.at.least(0.999);
  });

  it('has fresh tables 60 s after a tenth died and a tenth joined', async () => {
    const net = await create(200);
    await net.advance(600);
    net.kill(20);
    const fresh: KademliaNode[] = [];
    for (let i = 0; i < 20; i++) fresh.push(await net.join());
    await net.advance(60);
    expect(net.coverage()).to.be.at.least(0.99);
    expect(net.known(fresh)).to.be.at.least(0.99);
    expect(await net.recall(50)).to.be.at.least(0.999);
  });

  it('keeps recall under churn that replaces half of the nodes in two hours', async () => {
    const net = await create(80);
    for (let i = 0; i < 40; i++) {
      await net.advance(180);
      net.kill(1);
      await net.join();
      if (i % 10 === 9) expect(await net.recall(20)).to.be.at.least(0.999);
    }
  });

  it('answers a mass death at once, and without a storm', async () => {
    const net = await create(200);
    await net.advance(600);
    const before = new Map(net.alive.map((node) => [node, node.stats.refreshDatagrams]));
    net.kill(100);
    await net.probe(10);
    let most = 0;
    for (let i = 0; i < 12; i++) {
      await net.advance(5);
      for (const node of net.alive) {
        most = Math.max(most, node.stats.refreshDatagrams - (before.get(node) ?? 0));
        before.set(node, node.stats.refreshDatagrams);
      }
    }
    expect(net.walks.immediate).to.be.above(0);
    // A fixed round of this table would be 6 walks of 20 requests.
    expect(most / 2).to.be.below(120);
    expect(await net.recall(50)).to.be.at.least(0.999);
  });

  it('does not refresh out of turn when told not to', async () => {
    const net = await create(100, { immediate_refresh_enabled: 'false' });
    await net.advance(600);
    net.kill(50);
    await net.probe(10);
    await net.advance(60);
    expect(net.walks.immediate).to.equal(undefined);
  });

  it('fills tables again soon after most nodes have left', async () => {
    const net = await create(100);
    const leaving = net.net.nodes.slice(30);
    for (const node of leaving) net.refreshOf(node).stop();
    await net.net.run(Promise.all(leaving.map((node) => node.leave())));
    for (const node of leaving) node.close();
    await net.advance(30);
    expect(await net.recall(60)).to.equal(1);
  });

  it('does not stir when a visitor comes and goes', async () => {
    const net = await create(30);
    await net.advance(600);
    const before = net.walks.immediate;
    const visitor = await net.join();
    const others = net.alive.filter((node) => node !== visitor);
    const contacts = others.map(({ id, address, port }) => visitor.parts.book.get(id, address, port));
    await net.net.run(Promise.all(contacts.map((contact) => visitor.ping(contact))));
    expect(net.known([visitor])).to.equal(1);
    await net.advance(10);
    net.refreshOf(visitor).stop();
    await net.net.run(visitor.leave());
    visitor.close();
    await net.advance(30);
    expect(net.walks.immediate).to.equal(before);
    expect(await net.recall(30)).to.equal(1);
  });

  it('looks less often the calmer the network is, and more often again after losses', async () => {
    const net = await create(100, { stable_refresh_max_interval: '1800' });
    const intervals = () => net.alive.map((node) => node.stats.refreshIntervalMs / 1000);
    await net.advance(20);
    expect(Math.max(...intervals())).to.be.at.most(60);
    await net.advance(900);
    expect(intervals().filter((seconds) => seconds >= 600).length).to.be.above(net.alive.length / 2);
    net.kill(30);
    await net.probe(10);
    await net.advance(15);
    expect(intervals().filter((seconds) => seconds <= 60).length).to.be.above(net.alive.length / 2);
  });

  it('refreshes more often while its requests go unanswered', async () => {
    const net = await create(30, {
      refresh_optimization_interval: '60',
      stable_refresh_max_interval: '7200',
    });
    const node = net.net.nodes[0] as KademliaNode;
    await net.advance(1200);
    const calm = node.stats.refreshIntervalMs;
    net.net.network!.setConditions({ loss: 0.5 });
    await net.advance(4 * 3600);
    expect(node.stats.refreshIntervalMs).to.be.below(calm / 2);
  });

  it('announces itself when it has been forgotten', async () => {
    const net = await create(60);
    const [node] = net.net.nodes as [KademliaNode];
    for (const other of net.alive) {
      const contact = other.table.contacts().find((one) => one.id.equals(node.id));
      while (contact && other.table.has(contact)) other.table.remove(contact);
    }
    expect(net.known([node])).to.equal(0);
    await net.advance(75);
    expect(net.known([node])).to.equal(1);
  });

  it('changes over to the fixed interval and back while it runs', async () => {
    const net = await create(60);
    await net.advance(60);
    for (const node of net.alive) net.refreshOf(node).configure(parseSettings(FIXED));
    const adaptive = () => Object.entries(net.walks).filter(([kind]) => kind !== 'fixed');
    const before = adaptive();
    await net.advance(700);
    expect(adaptive()).to.deep.equal(before);
    const { fixed } = net.walks;
    expect(fixed).to.be.above(0);
    for (const node of net.alive) net.refreshOf(node).configure(parseSettings());
    await net.advance(1200);
    expect(net.walks.fixed).to.equal(fixed);
    expect(adaptive()).to.not.deep.equal(before);
  });

  it('does nothing once it was stopped', async () => {
    const net = await create(60);
    await net.advance(30);
    for (const node of net.alive) net.refreshOf(node).stop();
    await net.advance(5);
    const before = net.net.nodes.map((node) => node.stats.datagramsSent);
    await net.advance(3600);
    expect(net.net.nodes.map((node) => node.stats.datagramsSent)).to.deep.equal(before);
  });
});
