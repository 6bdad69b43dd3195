import { expect } from 'chai';
import type { KademliaNode } from '../../src/index.js';
import { RefreshedNet } from '../support/refreshed-net.js';

const SIZE = 80;

describe('a partition into halves', () => {
  let net: RefreshedNet;

  afterEach(() => net.close());

  /** Cuts the network for five minutes, in which each node meets its contacts now and then, and restores it. */
  const partition = async (settings: Record<string, string> = {}) => {
    net = await RefreshedNet.create(SIZE, 8, settings);
    await net.advance(600);
    net.cutInHalves();
    for (let i = 0; i < 10; i++) {
      await net.probe(16);
      await net.advance(30);
    }
    net.net.network?.restore();
  };
  const across = () => {
    const side = new Map(net.net.nodes.map((node, index) => [node.id.hex, index % 2]));
    return net.alive.reduce((sum, node) => {
      const other = node.table
        .contacts()
        .filter((contact) => side.get(contact.id.hex) !== side.get(node.id.hex));
      return sum + other.length;
    }, 0);
  };
  /** One node of each side hears of the other. */
  const meet = async () => {
    const [even, odd] = net.net.nodes as [KademliaNode, KademliaNode];
    await net.net.run(even.contactAt(odd.address, odd.port));
  };
  const told = (type: string) => net.events.filter((event) => event.type === type).length;

  it('is suspected by most, and heals within 30 s once two nodes meet', async () => {
    await partition();
    expect(told('partition-suspected')).to.be.above(0.8 * SIZE);
    expect(told('partition-healed')).to.equal(0);
    expect(across()).to.be.below(SIZE);
    await meet();
    await net.advance(30);
    expect(told('partition-healed')).to.be.above(0.8 * SIZE);
    expect(net.coverage()).to.be.at.least(0.99);
    expect(await net.recall(50)).to.be.at.least(0.999);
  });

  it('is told but not answered when nothing may be refreshed at once', async () => {
    await partition({ immediate_refresh_enabled: 'false' });
    expect(told('partition-suspected')).to.be.above(0.8 * SIZE);
    await meet();
    await net.advance(10);
    expect(net.walks.immediate).to.equal(undefined);
  });

  it('is nothing that fixed refresh knows of', async () => {
    await partition({ enable_adaptive_refresh: 'false' });
    await meet();
    await net.advance(30);
    expect(net.events).to.deep.equal([]);
    expect(net.coverage()).to.be.below(0.9);
  });
});
