import { expect } from 'chai';
import { createProcessComponents, DhtNode, type DhtNodeInit } from '../../src/dht-node.js';
import { parseSettings } from '../../src/settings.js';
import { freePorts } from '../support/free-ports.js';
import { type VirtualNodes, virtualNodes } from '../support/virtual-nodes.js';

const at = (port: number) => `10.0.0.1:${port}`;
const off = parseSettings({ enable_multi_level_bootstrap: 'false' });

describe('the way into a network', () => {
  let nodes: VirtualNodes;
  const run = <T>(promise: Promise<T>) => nodes.network.clock.run(promise);
  const pass = (seconds: number) => nodes.network.clock.advance(seconds * 1000);
  const create = (port: number, candidates: number[], more: Partial<DhtNodeInit> = {}) =>
    nodes.create(`node-${port}`, port, candidates.map(at), {}, { tier: 'local', ...more });
  const join = async (port: number, candidates: number[]) => {
    const node = await create(port, candidates);
    await run(node.join());
    return node;
  };

  beforeEach(() => {
    nodes = virtualNodes();
  });

  for (const tier of ['local', 'super'] as const) {
    it(`goes through a ${tier} node where two nodes name each other first`, async () => {
      const top = await create(1, [], { tier });
      await run(top.join());
      const pair = [await create(2, [3, 1]), await create(3, [2])];
      for (const node of pair) node.join().catch(() => {});
      await pass(tier === 'local' ? 10 : 40);
      expect(pair.map(({ state }) => state)).to.deep.equal(['joined', 'joined']);
      expect(pair.map(({ parent }) => parent?.port)).to.deep.equal([1, 2]);
    });
  }

  for (const flag of ['true', 'false']) {
    it(`is open to a node that is its only candidate itself, enable_multi_level_bootstrap=${flag}`, async () => {
      const [port = 0] = await freePorts(1);
      const node = new DhtNode(createProcessComponents('test'), {
        name: 'alone',
        tier: 'local',
        region: 'east',
        settings: parseSettings({
          enable_multi_level_bootstrap: flag,
          bootstrap_fallback_retry_delay: '0.1',
        }),
        candidates: [`127.0.0.1:${port}`],
      });
      await node.bind('0.0.0.0', port);
      await node.join();
      expect(node.state).to.equal('joined');
      expect(node.parent).to.equal(undefined);
      node.crash();
    });
  }

  it('is reported, though the hierarchy was switched off while the node attached', async () => {
    const child = await create(2, [1]);
    const joining = child.join();
    await pass(1);
    child.configure(off);
    await join(1, []);
    await run(joining);
    await pass(5);
    expect(child.parent?.port).to.equal(1);
  });

  it('is looked for until somebody answers, after the hierarchy was switched off', async () => {
    const first = await join(1, []);
    const child = await join(2, [1]);
    first.crash();
    child.configure(off);
    await pass(60);
    expect(child.parent).to.equal(undefined);
    await join(1, []);
    await pass(20);
    expect(child.parent?.port).to.equal(1);
  });
});
