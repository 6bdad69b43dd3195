import { expect } from 'chai';
import {
  createTestnet,
  KademliaNode,
  NodeId,
  type Testnet,
  type VirtualNetwork,
} from '../../../src/index.js';
import { encodeStoreVersion } from '../../../src/kademlia/requests/store-version.js';
import { Version } from '../../../src/kademlia/values/version.js';
import { pack, unpack } from '../../../src/wire/message-pack.js';
import { encodeRequest, Packed } from '../../../src/wire/request.js';
import { idNextTo, Stranger } from '../../support/stranger.js';
import { trueNearest } from '../../support/truth.js';

const KEY = 'key';
const ID = NodeId.fromName(KEY);

/** A node that knows nobody yet. */
async function bindAlone(net: Testnet): Promise<KademliaNode> {
  const [other] = net.nodes as [KademliaNode];
  const transport = await (net.network as VirtualNetwork).bind('127.0.0.1', 9000);
  return new KademliaNode({ ...other.parts, transport }, { id: idNextTo(ID, 9) });
}

describe('values among peers without versions', () => {
  let net: Testnet;
  let network: VirtualNetwork;
  let writer: KademliaNode;

  beforeEach(async () => {
    net = await createTestnet(50, { seed: 5 });
    network = net.network as VirtualNetwork;
    writer = net.nodes[7] as KademliaNode;
  });

  afterEach(() => net.close());

  const reads = async () => {
    const values = await net.run(Promise.all(net.nodes.map((node) => node.get(KEY))));
    return [...new Set(values)];
  };
  const strangers = async (count: number, value?: Uint8Array) => {
    const all: Stranger[] = [];
    for (let i = 0; i < count; i++) {
      const names = () => all.map(({ contact }) => contact).slice(0, 20);
      all.push(
        await Stranger.bind(network, idNextTo(ID, i + 1), 1000 + i, { names, ...(value && { value }) }),
      );
    }
    for (const stranger of all) for (const node of net.nodes) stranger.ping(node);
    await network.clock.advance(2000);
    return all;
  };
  /** Stores a value as the Python package does: on the nodes nearest to the key. */
  const storePlain = async (stranger: Stranger, value: string, to = trueNearest(net.nodes, ID, 20)) => {
    for (const node of to)
      stranger.send(node, encodeRequest('store', stranger.contact.id, ID, Packed.of(value)));
    await network.clock.advance(500);
  };

  it('are read newest by all, although 25 strangers sit nearest to the key with the old value', async () => {
    await net.run(writer.put(KEY, 'old'));
    const crowd = await strangers(25, pack('old'));
    const known = net.nodes.map(({ table }) =>
      table.closest(ID, 20).filter(({ address }) => address === '10.9.9.9'),
    );
    expect(Math.max(...known.map(({ length }) => length)), 'strangers that a node knows').to.be.above(15);
    await net.run(writer.put(KEY, 'new'));
    expect(await reads()).to.deep.equal(['new']);
    expect(crowd.filter(({ stored }) => stored.some((value) => unpack(value) === 'new')).length).to.be.above(
      0,
    );
    const holders = net.nodes.filter(({ storage }) => storage.get(ID));
    expect(holders.length).to.be.at.least(20);
  });

  it('do not come back when a holder that was away sends its old value on, to all or to a few', async () => {
    await net.run(writer.put(KEY, 'old'));
    const [away] = await strangers(1);
    await net.run(writer.put(KEY, 'new'));
    await storePlain(away!, 'old');
    expect(await reads()).to.deep.equal(['new']);
    const far = [...net.nodes].reverse().slice(0, 5);
    for (const node of far) node.storage.delete(ID);
    await storePlain(away!, 'old', far);
    expect(await reads()).to.deep.equal(['new']);
    expect(far.map(({ storage }) => storage.waiting().length)).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it('do not come back after they were deleted', async () => {
    await net.run(writer.put(KEY, 'old'));
    const [away] = await strangers(1);
    await net.run(writer.delete(KEY));
    await storePlain(away!, 'old');
    expect(await reads()).to.deep.equal([undefined]);
  });

  it('change when such a peer writes something new; of A, B, A it gets B', async () => {
    const [python] = await strangers(1);
    for (const value of ['A', 'B']) {
      await storePlain(python!, value);
      expect(await reads(), value).to.deep.equal([value]);
    }
    await net.run(writer.put(KEY, 'C'));
    await storePlain(python!, 'A');
    expect(await reads()).to.deep.equal(['C']);
    await storePlain(python!, 'D');
    expect(await reads()).to.deep.equal(['D']);
    await net.run(writer.put(KEY, 'A'));
    expect(await reads(), 'of a writer of ours').to.deep.equal(['A']);
  });

  it('keep their version where they are too large to travel with it', async () => {
    const [python] = await strangers(1);
    const large = (letter: string) => letter.repeat(8130);
    await storePlain(python!, large('a'));
    expect(await reads()).to.deep.equal([large('a')]);
    await storePlain(python!, large('b'));
    await storePlain(python!, large('a'));
    expect(await reads()).to.deep.equal([large('b')]);
    const error = await writer.put(KEY, large('c')).catch((reason: Error) => reason);
    expect(String(error)).to.include('store a smaller value');
    await net.run(writer.put(KEY, 'x'.repeat(8095)));
    expect(await reads()).to.deep.equal(['x'.repeat(8095)]);
  });

  it('are given to such a holder too, and read from it where no other has them', async () => {
    const small = await createTestnet(2, { seed: 6 });
    const only = await Stranger.bind(small.network!, idNextTo(ID, 1), 1000, { value: pack('theirs') });
    for (const node of small.nodes) only.ping(node);
    await small.network!.clock.advance(1000);
    expect(await small.run(small.nodes[0]!.get(KEY))).to.equal('theirs');
    await small.run(small.nodes[0]!.put(KEY, 'ours'));
    expect(only.stored.map(unpack)).to.include('ours');
    expect(await small.run(small.nodes[1]!.get(KEY))).to.equal('ours');
    small.close();
  });

  it('get no version from a node that has nobody to ask', async () => {
    await net.run(writer.put(KEY, 'old'));
    await net.run(writer.put(KEY, 'new'));
    const [python] = await strangers(1);
    const alone = await bindAlone(net);
    python!.send(alone, encodeRequest('store', python!.contact.id, ID, Packed.of('old')));
    await network.clock.advance(100);
    const first = await net.run(alone.contactAt(writer.address, writer.port, 3));
    await net.run(alone.join([first!]));
    await network.clock.advance(30_000);
    expect(await reads()).to.deep.equal(['new']);
    expect(await net.run(alone.get(KEY))).to.equal('new');
    alone.close();
  });

  it('do not come back when somebody floods the holders with digests', async () => {
    await net.run(writer.put(KEY, 'old'));
    await net.run(writer.delete(KEY));
    const [forger] = await strangers(1);
    const value = pack('x');
    const version = Version.of(value, { timeMs: 1, counter: 0, writer: new Uint8Array(8) });
    for (const node of net.nodes) {
      const digests = new Uint8Array(512);
      network.random.fill(digests);
      const copy = { bytes: value, version, ageMs: 0, replaced: digests };
      forger!.send(node, encodeStoreVersion(forger!.contact.id, ID, copy, 8192));
    }
    await network.clock.advance(500);
    await storePlain(forger!, 'old');
    expect(await reads()).to.deep.equal([undefined]);
  });
});
