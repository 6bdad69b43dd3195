import { expect } from 'chai';
import { checkHealth, createTestnet, type KademliaNode, sweep, type Testnet } from '../../src/index.js';

describe('health check', () => {
  let net: Testnet;
  let checker: KademliaNode;
  let checked: KademliaNode;

  beforeEach(async () => {
    net = await createTestnet(30, { seed: 2 });
    checker = net.nodes[1] as KademliaNode;
    checked = net.nodes[2] as KademliaNode;
  });

  afterEach(() => net.close());

  const contactOf = (node: KademliaNode) => checker.parts.book.get(node.id, node.address, node.port);

  it('finds a living node healthy and leaves nothing behind', async () => {
    expect(await net.run(checkHealth(checker, contactOf(checked), 'medium'))).to.equal('healthy');
    await net.network?.clock.advance(1000);
    expect(checked.storage.size).to.equal(0);
  });

  it('finds a dead one unhealthy', async () => {
    checked.close();
    expect(await net.run(checkHealth(checker, contactOf(checked), 'fast'))).to.equal('unhealthy');
  });

  it('finds one that answers pings but stores nothing degraded', async () => {
    checked.storage.set = () => false;
    expect(await net.run(checkHealth(checker, contactOf(checked), 'medium'))).to.equal('degraded');
    expect(await net.run(checkHealth(checker, contactOf(checked), 'fast'))).to.equal('healthy');
  });

  it('finds one degraded at the deep level whose answers lead to the dead', async () => {
    expect(await net.run(checkHealth(checker, contactOf(checked), 'deep'))).to.equal('healthy');
    await net.network?.clock.advance(1000);
    expect(checked.storage.size, 'left behind').to.equal(0);
    const dead = net.nodes[5]!;
    const contact = checker.parts.book.get(dead.id, dead.address, dead.port);
    dead.close();
    checked.table.closest = () => [contact];
    expect(await net.run(checkHealth(checker, contactOf(checked), 'medium'))).to.equal('healthy');
    expect(await net.run(checkHealth(checker, contactOf(checked), 'deep'))).to.equal('degraded');
  });

  it('ends within the time of its level, and at once when it is aborted', async () => {
    const { clock } = checker.parts;
    const { transport } = checked.parts;
    let answers = 1;
    const { send } = transport;
    transport.send = (...args) => {
      if (answers-- > 0) send.apply(transport, args);
    };
    checker.setParameters({ adaptiveWait: false, timeoutMs: 60_000 });
    const startedAtMs = clock.now();
    expect(await net.run(checkHealth(checker, contactOf(checked), 'medium'))).to.equal('degraded');
    expect(clock.now() - startedAtMs).to.be.within(4900, 5500);
    const ended = AbortSignal.abort();
    expect(await net.run(checkHealth(checker, contactOf(checked), 'fast', ended))).to.equal('unhealthy');
    expect(clock.now() - startedAtMs).to.be.below(5600);
  });

  it('does not take another node at the same address for it', async () => {
    const impostor = checker.parts.book.get(net.nodes[3]!.id, checked.address, checked.port);
    expect(await net.run(checkHealth(checker, impostor, 'fast'))).to.equal('unhealthy');
  });

  it('sweeps all', async () => {
    const dead = net.nodes.slice(10, 15);
    for (const node of dead) node.close();
    const all = net.nodes.filter((node) => node !== checker).map(contactOf);
    const results = await net.run(sweep(checker, all, 'medium'));
    expect(results).to.have.length(29);
    expect(results.filter((result) => result.status === 'unhealthy')).to.have.length(5);
    expect(results.filter((result) => result.status === 'healthy')).to.have.length(24);
  });
});
