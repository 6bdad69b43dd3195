import { expect } from 'chai';
import {
  createTestnet,
  type KademliaNode,
  NodeId,
  type Testnet,
  ValueTooLargeError,
} from '../../../src/index.js';
import { REPUBLISH_INTERVAL_MS, VALUE_LIFETIME_MS } from '../../../src/kademlia/values/storage.js';
import { trueNearest } from '../../support/truth.js';

const K = 20;

describe('values', () => {
  let net: Testnet;
  let writer: KademliaNode;
  let reader: KademliaNode;

  beforeEach(async () => {
    net = await createTestnet(60, { seed: 3 });
    writer = net.nodes[5] as KademliaNode;
    reader = net.nodes[50] as KademliaNode;
  });

  afterEach(() => net.close());

  const holders = (key: string) => {
    const id = NodeId.fromName(key);
    return net.nodes.filter((node) => !node.closed && node.storage.get(id));
  };
  /** Lets virtual time pass while every node does its upkeep every ten minutes. */
  const live = async (durationMs: number) => {
    const step = 600_000;
    for (let passed = 0; passed < durationMs; passed += step) {
      await net.network?.clock.advance(step);
      await net.run(Promise.all(net.nodes.filter((n) => !n.closed).map((n) => n.maintainValues())));
    }
  };

  it('lie on exactly the K nearest nodes', async () => {
    expect(await net.run(writer.put('key', 'value'))).to.equal(K);
    const id = NodeId.fromName('key');
    const truth = [...trueNearest(net.nodes, id, K, undefined as never)].map((node) => node.id.hex);
    expect(holders('key').map((node) => node.id.hex)).to.have.members(truth);
  });

  it('keep their type: text, integer, large integer, float, boolean, bytes', async () => {
    const values = ['text è', 7, 2 ** 40, -(2 ** 40), 2n ** 63n - 1n, 1.5, true, Uint8Array.of(1, 2, 3)];
    for (const [i, value] of values.entries()) {
      await net.run(writer.put(`k${i}`, value));
      expect(await net.run(reader.get(`k${i}`))).to.deep.equal(value);
    }
  });

  it('read as absent when they were never written or were deleted', async () => {
    expect(await net.run(reader.get('nothing'))).to.equal(undefined);
    await net.run(writer.put('key', 'value'));
    await net.run(writer.delete('key'));
    expect(await net.run(reader.get('key'))).to.equal(undefined);
    await net.run(writer.put('key', 'again'));
    expect(await net.run(reader.get('key'))).to.equal('again');
  });

  it('give the newer value although one holder missed it', async () => {
    await net.run(writer.put('key', 'old'));
    const stale = holders('key')[0] as KademliaNode;
    const id = NodeId.fromName('key');
    const kept = stale.storage.get(id);
    await net.run(writer.put('key', 'new'));
    stale.storage.delete(id);
    stale.storage.offer(id, { bytes: kept!.bytes, version: kept!.version!, ageMs: 0 });
    for (const node of net.nodes.slice(0, 20)) {
      if (node !== stale) expect(await net.run(node.get('key'))).to.equal('new');
    }
  });

  it('are not brought back by a holder that was cut off when they were overwritten', async () => {
    await net.run(writer.put('key', 'old'));
    const cutOff = holders('key').find((node) => node !== writer && node !== reader) as KademliaNode;
    const place = (node: KademliaNode) => `${node.address}:${node.port}`;
    for (const node of net.nodes) {
      net.network?.cut(place(node), place(cutOff));
      net.network?.cut(place(cutOff), place(node));
    }
    await net.network?.clock.advance(60_000);
    await net.run(writer.put('key', 'new'));
    net.network?.restore();
    await net.network?.clock.advance(REPUBLISH_INTERVAL_MS * 1.2);
    await net.run(cutOff.maintainValues());
    const decoded = holders('key').map((node) =>
      Buffer.from(node.storage.get(NodeId.fromName('key'))?.bytes.subarray(1) as Uint8Array).toString(),
    );
    expect(decoded.filter((value) => value === 'old').length).to.be.at.most(1);
    expect(await net.run(reader.get('key'))).to.equal('new');
  });

  it('are in the order in which one node writes them, although it does not wait', async () => {
    net.network?.setConditions({ latencyMs: 5, jitterMs: 20 });
    for (let round = 0; round < 10; round++) {
      await net.run(Promise.all([writer.put('key', `a${round}`), writer.put('key', `b${round}`)]));
      expect(await net.run(reader.get('key'))).to.equal(`b${round}`);
      await net.run(Promise.all([writer.put('key', 'c'), writer.delete('key')]));
      expect(await net.run(reader.get('key'))).to.equal(undefined);
    }
  });

  it('are on no node when the writer was closed meanwhile', async () => {
    const writing = writer.put('key', 'value');
    await net.network?.clock.advance(1);
    writer.close();
    expect(await net.run(writing)).to.equal(0);
  });

  it('are refused with a clear error when they do not fit a datagram', async () => {
    await net.run(writer.put('fits', 'x'.repeat(8000)));
    const error = await writer.put('key', 'x'.repeat(9000)).catch((e: Error) => e);
    expect(error).to.be.instanceOf(ValueTooLargeError);
    expect(String(error)).to.match(/at most 8192 bytes, got 90\d\d: store a smaller value/);
  });

  it('go to a newcomer that is nearer than the farthest holder', async () => {
    for (let i = 0; i < 30; i++) await net.run(writer.put(`key-${i}`, i));
    const newcomer = await net.add();
    await net.network?.clock.advance(5000);
    const due = Array.from({ length: 30 }, (_, i) => `key-${i}`).filter((key) =>
      trueNearest(net.nodes, NodeId.fromName(key), K, undefined as never).includes(newcomer),
    );
    expect(due.length).to.be.above(0);
    for (const key of due) expect(newcomer.storage.get(NodeId.fromName(key)), key).to.not.equal(undefined);
  });

  it('move to the nodes that are nearest when holders die, within a republish interval', async function () {
    this.timeout(120_000);
    await net.run(writer.put('key', 'value'));
    for (const node of holders('key').slice(0, 15)) node.close();
    await live(REPUBLISH_INTERVAL_MS * 1.2);
    expect(holders('key').length).to.be.at.least(K);
  });

  it('expire a lifetime after they were published, however often they were republished', async function () {
    this.timeout(240_000);
    const small = await createTestnet(8, { seed: 4 });
    await small.run((small.nodes[0] as KademliaNode).put('key', 'value'));
    const step = 1_800_000;
    const reads: number[] = [];
    for (let passed = 0; passed < VALUE_LIFETIME_MS + 2 * step; passed += step) {
      await small.network?.clock.advance(step);
      await small.run(Promise.all(small.nodes.map((node) => node.maintainValues())));
      if ((await small.run((small.nodes[7] as KademliaNode).get('key'))) === 'value')
        reads.push(passed + step);
    }
    expect(reads.at(-1)).to.be.within(VALUE_LIFETIME_MS - 2 * step, VALUE_LIFETIME_MS);
    small.close();
  });

  it('stay when a node leaves, and the others forget it', async () => {
    await net.run(writer.put('key', 'value'));
    const leaving = holders('key')[0] as KademliaNode;
    await net.run(leaving.leave());
    leaving.close();
    expect(holders('key').length).to.be.at.least(K);
    for (const neighbour of trueNearest(net.nodes, leaving.id, K, leaving)) {
      expect(neighbour.table.contacts().some((contact) => contact.id.equals(leaving.id))).to.equal(false);
    }
  });
});
