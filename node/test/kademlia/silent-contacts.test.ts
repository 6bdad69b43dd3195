import { expect } from 'chai';
import {
  Contact,
  createTestnet,
  type KademliaNode,
  NodeId,
  type Testnet,
  VirtualClock,
} from '../../src/index.js';
import { SilentContacts } from '../../src/kademlia/silent-contacts.js';
import { encodeRequest } from '../../src/wire/request.js';
import { trueNearest } from '../support/truth.js';

const contactNamed = (name: string) => new Contact(NodeId.fromName(name), '127.0.0.1', 7000);

describe('silent contacts', () => {
  it('are remembered for ten seconds, or until they are heard from', async () => {
    const clock = new VirtualClock();
    const silent = new SilentContacts(clock);
    const [a, b] = [contactNamed('a'), contactNamed('b')];
    silent.add(a);
    silent.add(b);
    expect([silent.has(a), silent.has(b), silent.has(contactNamed('c'))]).to.deep.equal([true, true, false]);
    silent.delete(b);
    expect(silent.has(b)).to.equal(false);
    await clock.advance(10_000);
    expect(silent.has(a)).to.equal(false);
  });

  it('are bounded: the first one goes first', () => {
    const silent = new SilentContacts(new VirtualClock());
    const all = Array.from({ length: 513 }, (_, i) => contactNamed(`n${i}`));
    for (const contact of all) silent.add(contact);
    expect(silent.has(all[0] as Contact)).to.equal(false);
    expect(silent.has(all[1] as Contact)).to.equal(true);
    expect(silent.has(all[512] as Contact)).to.equal(true);
  });
});

describe('silence in lookups', () => {
  let net: Testnet;

  beforeEach(async () => {
    net = await createTestnet(100, { seed: 3 });
  });

  afterEach(() => net.close());

  const [asker, dead] = [5, 60];
  const node = (index: number) => net.nodes[index] as KademliaNode;
  /** Those near the dead node that would name it. */
  const misleading = () =>
    trueNearest(net.nodes, node(dead).id, 15, node(asker)).filter((other) =>
      other.table.closest(node(dead).id, 1)[0]?.id.equals(node(dead).id),
    ).length;

  it('a dead node costs a lookup one time-out, the next one of the same node none', async () => {
    node(dead).close();
    const first = await net.run(node(asker).lookup(node(dead).id));
    expect(first.failures).to.equal(1);
    const second = await net.run(node(asker).lookup(node(dead).id));
    expect(second.failures).to.equal(0);
    expect(second.contacts).to.have.length(20);
  });

  it('those that named a dead node are told, and after they have looked for themselves name it no more', async () => {
    node(dead).close();
    expect(misleading()).to.equal(15);
    await net.run(node(asker).lookup(node(dead).id));
    await net.network?.clock.advance(1000);
    expect(misleading()).to.equal(0);
  });

  it('nobody believes that a node is silent that answers', async () => {
    const [liar, victim, reader] = [node(1), node(2), node(3)];
    const contact = await net.run(reader.contactAt(victim.address, victim.port));
    expect(contact && reader.table.has(contact)).to.equal(true);
    liar.rpc.notify(reader, encodeRequest('cqkd_silent', liar.id, victim.id));
    await net.network?.clock.advance(20_000);
    expect(reader.table.get(victim.id)?.id.equals(victim.id)).to.equal(true);
    expect(reader.table.closest(victim.id, 1)[0]?.id.equals(victim.id)).to.equal(true);
  });

  it('a request of that kind with wrong arguments is dropped', async () => {
    const reader = node(3);
    const before = reader.stats.dropped.request;
    node(1).rpc.notify(reader, encodeRequest('cqkd_silent', node(1).id));
    await net.network?.clock.advance(100);
    expect(reader.stats.dropped.request).to.equal(before + 1);
  });

  it('everybody is asked again when there is nobody else', async () => {
    const others = net.nodes.filter((_, index) => index !== asker);
    net.network?.setConditions({ loss: 1 });
    const lost = await net.run(node(asker).lookup(NodeId.fromName('x')));
    expect(lost.contacts).to.have.length(0);
    net.network?.setConditions({ loss: 0 });
    const found = await net.run(node(asker).lookup(NodeId.fromName('x')));
    expect(found.contacts.length).to.be.above(10);
    expect(others.some((other) => other.closed)).to.equal(false);
  });

  it('without adaptive waits every contact is asked every time, and nobody is told', async () => {
    for (const each of net.nodes) each.setParameters({ adaptiveWait: false });
    node(dead).close();
    const first = await net.run(node(asker).lookup(node(dead).id));
    expect(first.failures).to.equal(1);
    const second = await net.run(node(asker).lookup(node(dead).id));
    expect(second.failures).to.equal(1);
    await net.network?.clock.advance(1000);
    expect(misleading()).to.equal(15);
  });
});
