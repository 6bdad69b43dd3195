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
    checked.storage.offerPlain = () => 'refused';
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
    checked.table.closestProven = () => [contact];
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
    const interrupted = checkHealth(checker, contactOf(checked), 'fast', ended).catch((error) => error.name);
    expect(await net.run(interrupted)).to.equal('AbortError');
    expect(clock.now() - startedAtMs).to.be.below(5600);
  });

  it('takes back a value of which it was not told that it was stored', async () => {
    const { send } = checked.parts.transport;
    const { offerPlain } = checked.storage;
    let silent = false;
    checked.storage.offerPlain = (...args) => {
      silent = true;
      return offerPlain.apply(checked.storage, args);
    };
    checked.parts.transport.send = (...args) => {
      if (!silent) send.apply(checked.parts.transport, args);
    };
    expect(await net.run(checkHealth(checker, contactOf(checked), 'medium'))).to.equal('degraded');
    await net.network?.clock.advance(5000);
    expect(silent).to.equal(true);
    expect(checked.storage.size).to.equal(0);
  });

  it('finds one degraded at the deep level whom nobody else knows, or who knows nobody near', async () => {
    const others = net.nodes.filter((node) => node !== checked && node !== checker);
    const contact = contactOf(checked);
    const { closestProven } = checked.table;
    checked.table.closestProven = () => [];
    expect(await net.run(checkHealth(checker, contact, 'medium'))).to.equal('healthy');
    expect(await net.run(checkHealth(checker, contact, 'deep'))).to.equal('degraded');
    checked.table.closestProven = closestProven;
    expect(await net.run(checkHealth(checker, contact, 'deep'))).to.equal('healthy');
    for (const node of others) {
      node.admits = ({ id }) => !id.equals(checked.id);
      node.table.remove(contact);
    }
    expect(await net.run(checkHealth(checker, contact, 'deep'))).to.equal('degraded');
  });

  it('finds one degraded at the deep level that nonsense silences', async () => {
    checked.handle({
      name: 'cqkd_nonsense',
      needsSender: true,
      handle: () => {
        checked.close();
        return null;
      },
    });
    expect(await net.run(checkHealth(checker, contactOf(checked), 'deep'))).to.equal('degraded');
  });

  it('does not take another node at the same address for it', async () => {
    const impostor = checker.parts.book.get(net.nodes[3]!.id, checked.address, checked.port);
    expect(await net.run(checkHealth(checker, impostor, 'fast'))).to.equal('unhealthy');
  });

  it('says nothing of those whose check was interrupted', async () => {
    const all = net.nodes.filter((node) => node !== checker).map(contactOf);
    const ended = new AbortController();
    const results = sweep(checker, all, 'medium', ended.signal);
    ended.abort();
    expect(await net.run(results)).to.deep.equal([]);
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
