import { expect } from 'chai';
import type { DhtNode } from '../src/index.js';
import { type VirtualNodes, virtualNodes } from './support/virtual-nodes.js';

const FIRST = '10.0.0.1:1';

describe('DhtNode', () => {
  let nodes: VirtualNodes;
  let first: DhtNode;
  const run = <T>(promise: Promise<T>) => nodes.network.clock.run(promise);

  beforeEach(async () => {
    nodes = virtualNodes();
    first = await nodes.create('first', 1, []);
  });

  it('is the first of its network when it has no candidates', async () => {
    await run(first.join());
    expect(first.state).to.equal('joined');
  });

  it('waits for a bootstrap node that has not joined yet', async () => {
    const second = await nodes.create('second', 2, [FIRST]);
    const joined = second.join();
    await nodes.network.clock.advance(2000);
    expect(second.state).to.equal('attaching');
    await run(first.join());
    await run(joined);
    expect(second.state).to.equal('joined');
    expect(second.parent?.port).to.equal(1);
  });

  it('waits for a bootstrap node that takes longer than the connection time-out', async () => {
    const second = await nodes.create('second', 2, [FIRST]);
    const joined = second.join();
    await nodes.network.clock.advance(60_000);
    await run(first.join());
    await run(joined);
    expect(second.state).to.equal('joined');
  });

  it('waits for a bootstrap node that is not there yet', async () => {
    first.crash();
    const second = await nodes.create('second', 2, [FIRST]);
    const joined = second.join();
    await nodes.network.clock.advance(3000);
    first = await nodes.create('first', 1, []);
    await run(first.join());
    await run(joined);
    expect(second.state).to.equal('joined');
  });

  it('takes the next candidate soon when that is ready and only the parent is dead', async () => {
    await run(first.join());
    const second = await nodes.create('second', 2, ['10.0.0.1:99', FIRST]);
    await run(second.join());
    expect(nodes.network.clock.now()).to.be.within(1500, 4000);
    expect(second.parent?.port).to.equal(1);
  });

  it('tries its first candidate only, once, without fallback', async () => {
    await run(first.join());
    const alone = await nodes.create('alone', 2, ['10.0.0.1:99', FIRST], {
      enable_bootstrap_fallback: 'false',
    });
    await run(alone.join().catch(() => {}));
    expect(alone.state).to.equal('failed');
    expect(nodes.network.clock.now()).to.be.within(5000, 6000);
  });

  it('fails with one line when nobody answers', async () => {
    first.crash();
    const second = await nodes.create('second', 2, [FIRST]);
    const error = await run(second.join()).catch((e: Error) => e.message);
    expect(error).to.equal('second: none of the bootstrap nodes 10.0.0.1:1 answered: check that they run');
    expect(second.state).to.equal('failed');
    expect(second.error).to.equal(error);
  });

  it('does not join another network that has its bootstrap address', async () => {
    await run(first.join());
    nodes.setNetwork('other');
    const second = await nodes.create('second', 2, [FIRST]);
    const error = await run(second.join()).catch((e: Error) => e.message);
    expect(error).to.match(/10\.0\.0\.1:1 answered, but with another network key/);
    expect(first.kademlia.table.size).to.equal(0);
  });

  it('stops joining when it is told to', async () => {
    first.crash();
    const second = await nodes.create('second', 2, [FIRST]);
    const joined = second.join();
    second.crash();
    await run(joined);
    expect(second.state).to.equal('left');
  });

  it('joins through a node that knows only the requests of the Python package', async () => {
    const legacy = await nodes.create('legacy', 3, [], { legacy_compatibility_mode: 'true' });
    await run(legacy.join());
    const second = await nodes.create('second', 2, ['10.0.0.1:3']);
    await run(second.join());
    expect(second.state).to.equal('joined');
    expect(legacy.kademlia.stats.dropped.unknown).to.be.above(0);
    await run(second.kademlia.put('key', 'value'));
    expect(await run(legacy.kademlia.get('key'))).to.equal('value');
  });

  it('speaks only Python requests in legacy mode', async () => {
    await run(first.join());
    const names = new Set<string>();
    nodes.network.onDatagram = ({ from, bytes }) => {
      const head = bytes[22] as number;
      if (from === '10.0.0.1:4' && bytes[0] === 0) {
        names.add(Buffer.from(bytes.subarray(23, 23 + (head & 31))).toString());
      }
    };
    const legacy = await nodes.create('legacy', 4, [FIRST], { legacy_compatibility_mode: 'true' });
    await run(legacy.join());
    await run(legacy.kademlia.put('key', 1));
    await run(legacy.kademlia.get('key'));
    await run(legacy.leave());
    expect([...names]).to.have.members(['ping', 'find_node', 'find_value', 'store']);
  });

  it('attaches to its new parent when its candidates change', async () => {
    await run(first.join());
    const other = await nodes.create('other', 5, [FIRST]);
    await run(other.join());
    const second = await nodes.create('second', 2, [FIRST]);
    await run(second.join());
    second.setPlaces({ candidates: ['10.0.0.1:5', FIRST] });
    await nodes.network.clock.advance(1000);
    expect(second.parent?.port).to.equal(5);
  });

  it('takes a taken port for what it is', async () => {
    const taken = await nodes.create('second', 1, []).catch((e: Error) => e.message);
    expect(taken).to.match(/^Port 1 of 10\.0\.0\.1 is taken by another program: stop it, or move/);
  });
});
