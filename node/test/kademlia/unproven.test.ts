import { expect } from 'chai';
import { createTestnet, type KademliaNode, NodeId, type Testnet } from '../../src/index.js';
import { addressBudget, portBudget } from '../../src/kademlia/unproven.js';
import { pack } from '../../src/wire/message-pack.js';
import { encodeRequest, Packed } from '../../src/wire/request.js';
import { idNextTo, Stranger } from '../support/stranger.js';
import { trueNearest } from '../support/truth.js';

const VALUE = pack('v'.repeat(8000));

describe('what is sent to an address from which nothing was answered', () => {
  let net: Testnet;
  let node: KademliaNode;
  let keys: NodeId[];

  beforeEach(async () => {
    net = await createTestnet(40, { seed: 2 });
    node = net.nodes[3] as KademliaNode;
    keys = Array.from({ length: 200 }, (_, i) => idNextTo(node.id, i + 1));
    for (const key of keys)
      node.storage.offer(key, { bytes: VALUE, version: node.hybridClock.next(VALUE), ageMs: 0 });
  });

  afterEach(() => net.close());

  /** A socket that answers nothing, and counts what it gets. */
  const victim = async (port: number) => {
    const socket = await net.network!.bind('10.8.8.8', port);
    const got = { datagrams: 0, bytes: 0, sent: 0 };
    socket.onDatagram((bytes) => {
      got.datagrams++;
      got.bytes += bytes.length;
    });
    const send = (payload: Uint8Array) => {
      const bytes = Buffer.concat([Buffer.from([0]), NodeId.random(net.network!.random).bytes, payload]);
      got.sent += bytes.length;
      socket.send(bytes, node.port, node.address);
    };
    return { got, send };
  };

  it('is a ping and its answer for one ping with a new id, not the values that lie near it', async () => {
    for (const [i, id] of [idNextTo(node.id, 1000), idNextTo(node.id, 2000)].entries()) {
      const { got, send } = await victim(1 + i);
      send(encodeRequest('ping', id));
      await net.network!.clock.advance(15_000);
      expect(got.datagrams, String(i)).to.be.at.most(8);
      expect(got.bytes / got.sent, String(i)).to.be.below(10);
    }
  });

  it('is what a newcomer should hold, a bounded number of bytes a second, as soon as it answers', async () => {
    const newcomer = await Stranger.bind(net.network!, idNextTo(node.id, 1000), 1);
    newcomer.ping(node);
    await net.network!.clock.advance(1000);
    expect(newcomer.bytesReceived).to.be.within(8000, 800_000);
    await net.network!.clock.advance(15_000);
    expect(newcomer.stored.length).to.be.at.least(keys.length);
  });

  it('ends when a newcomer answers pings but takes no values', async () => {
    const newcomer = await Stranger.bind(net.network!, idNextTo(node.id, 1000), 1, { takes: false });
    newcomer.ping(node);
    await net.network!.clock.advance(15_000);
    expect(newcomer.bytesReceived).to.be.below(300_000);
  });

  const id = NodeId.fromName('attacker');
  const near = () => keys[0] as NodeId;
  const requests: [string, number, () => Uint8Array][] = [
    ['ping', 2, () => encodeRequest('ping', id)],
    ['stun', 2, () => encodeRequest('stun', undefined)],
    ['find_node', 20, () => encodeRequest('find_node', id, NodeId.fromName('far'))],
    ['find_value', 110, () => encodeRequest('find_value', id, near())],
    ['store', 1, () => encodeRequest('store', id, NodeId.fromName('x'), Packed.of('x'))],
    ['cqkd_find_version', 20, () => encodeRequest('cqkd_find_version', id, NodeId.fromName('far'))],
    ['cqkd_find_value', 110, () => encodeRequest('cqkd_find_value', id, near())],
    ['cqkd_leave', 1, () => encodeRequest('cqkd_leave', id)],
  ];
  for (const [name, factor, request] of requests) {
    it(`is for one ${name} at most ${factor} times its size, and for many at most the budget`, async () => {
      const { got, send } = await victim(1);
      send(request());
      await net.network!.clock.advance(10);
      expect(got.bytes / got.sent).to.be.at.most(factor);
      for (let second = 0; second < 10; second++) {
        for (let i = 0; i < 100; i++) send(request());
        await net.network!.clock.advance(1000);
      }
      // Answers that are no larger than their requests are free; the pings are those that ask for a proof.
      const budget = portBudget.burst + 11 * portBudget.aSecond + Math.min(got.sent, got.bytes) + 2000;
      expect(got.bytes).to.be.at.most(factor > 2 ? budget : factor * got.sent + 2000);
      expect(got.bytes / got.sent, 'factor in the long run').to.be.below(4);
    });
  }

  it('is bounded for an address too, by whatever ports it asks', async () => {
    const all = await Promise.all(Array.from({ length: 500 }, (_, i) => victim(i + 1)));
    for (const { send } of all) send(encodeRequest('find_value', id, near()));
    await net.network!.clock.advance(1000);
    const bytes = all.reduce((sum, { got }) => sum + got.bytes, 0);
    expect(bytes).to.be.below(addressBudget.burst + 2 * addressBudget.aSecond);
  });

  it('is no more bounded when it answers', async () => {
    const reader = await Stranger.bind(net.network!, NodeId.fromName('reader'), 1);
    for (let i = 0; i < 30; i++) {
      for (let j = 0; j < 10; j++) reader.send(node, encodeRequest('find_value', reader.contact.id, near()));
      await net.network!.clock.advance(100);
    }
    expect(reader.bytesReceived).to.be.above(0.9 * 300 * 8000);
    expect(node.stats.dropped.unproven).to.be.below(30);
  });
});

describe('contacts that have only spoken', () => {
  it('are named after those that have answered, and are gone soon', async () => {
    const net = await createTestnet(60, { seed: 4 });
    const key = NodeId.fromName('key');
    const [node] = trueNearest(net.nodes, key, 1) as [KademliaNode];
    const writer = net.nodes[1] as KademliaNode;
    await net.run(writer.put('key', 'value'));
    const socket = await net.network!.bind('10.8.8.8', 1);
    // 500 ids right beside the key, from a process that answers nothing.
    for (let i = 0; i < 500; i++)
      for (const target of net.nodes) {
        const ping = encodeRequest('ping', idNextTo(key, i + 1));
        socket.send(
          Buffer.concat([Buffer.from([0]), NodeId.random(net.network!.random).bytes, ping]),
          target.port,
          target.address,
        );
      }
    await net.network!.clock.advance(100);
    expect(node.table.closest(key, 20).some(({ address }) => address === '10.8.8.8')).to.equal(true);
    const named = node.table.closestProven(key, 20);
    expect(named.filter(({ address }) => address === '10.8.8.8')).to.deep.equal([]);
    const reads = await net.run(Promise.all(net.nodes.map((each) => each.get('key'))));
    expect(reads.filter((value) => value !== 'value')).to.deep.equal([]);
    const { contacts } = await net.run(node.lookup(key));
    expect(contacts.every(({ address }) => address !== '10.8.8.8')).to.equal(true);
    expect(contacts.length).to.equal(20);
    await net.network!.clock.advance(30_000);
    const left = net.nodes
      .flatMap(({ table }) => table.contacts())
      .filter(({ address }) => address === '10.8.8.8');
    expect(left.length / net.nodes.length, 'left in a table').to.be.below(20);
    net.close();
  });
});
