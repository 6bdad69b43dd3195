import { expect } from 'chai';
import { createTestnet, type KademliaNode, type Testnet } from '../../src/index.js';
import { Refresh } from '../../src/refresh/refresh.js';
import { partContext } from '../support/part-context.js';

describe('doubtful contacts', () => {
  let net: Testnet;
  let silent: KademliaNode;

  beforeEach(async () => {
    net = await createTestnet(30, { seed: 6 });
    silent = net.nodes[7] as KademliaNode;
  });

  afterEach(() => net.close());

  const holders = () => net.nodes.filter((node) => node.table.contacts().some((c) => c.id.equals(silent.id)));
  const silence = () => {
    for (const node of net.nodes) {
      net.network?.cut(`${node.address}:${node.port}`, `${silent.address}:${silent.port}`);
    }
  };
  const lookForIt = () =>
    net.run(Promise.all(net.nodes.filter((n) => n !== silent).map((n) => n.lookup(silent.id))));

  it('are not handed out, but stay while they may be only slow', async () => {
    const before = holders().length;
    silence();
    await lookForIt();
    expect((net.nodes[0] as KademliaNode).table.closest(silent.id, 20)[0]?.id.equals(silent.id)).to.equal(
      false,
    );
    await net.network?.clock.advance(1500);
    net.network?.restore();
    await net.network?.clock.advance(10_000);
    expect(holders().length).to.equal(before);
    expect((net.nodes[0] as KademliaNode).table.closest(silent.id, 20)[0]?.id.equals(silent.id)).to.equal(
      true,
    );
  });

  it('go when they stay silent', async () => {
    silence();
    await lookForIt();
    await net.network?.clock.advance(10_000);
    expect(holders()).to.deep.equal([]);
  });

  it('make themselves known again when everybody has forgotten them', async () => {
    const upkeep = new Refresh(partContext(silent));
    upkeep.start();
    silence();
    await lookForIt();
    await net.network?.clock.advance(10_000);
    net.network?.restore();
    await net.network?.clock.advance(70_000);
    expect(holders().length).to.be.at.least(20);
    upkeep.stop();
  });
});
