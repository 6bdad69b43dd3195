import { expect } from 'chai';
import type { DhtNode, DhtNodeInit } from '../../src/dht-node.js';
import type { NodeEvent } from '../../src/node-part.js';
import { parseSettings } from '../../src/settings.js';
import { type VirtualNodes, virtualNodes } from '../support/virtual-nodes.js';

const at = (port: number) => `10.0.0.1:${port}`;

describe('attachment', () => {
  let nodes: VirtualNodes;
  let events: (NodeEvent & { node: string })[];
  const run = <T>(promise: Promise<T>) => nodes.network.clock.run(promise);
  const pass = (seconds: number) => nodes.network.clock.advance(seconds * 1000);
  const count = (type: NodeEvent['type']) => events.filter((event) => event.type === type).length;

  /** Makes a node and lets it join. */
  const join = async (
    port: number,
    candidates: number[],
    more: Partial<DhtNodeInit> = {},
    values: Record<string, string> = {},
  ): Promise<DhtNode> => {
    const node = await nodes.create(`node-${port}`, port, candidates.map(at), values, {
      tier: 'local',
      onEvent: ({ name }, event) => events.push({ ...event, node: name }),
      ...more,
    });
    await run(node.join());
    return node;
  };
  const worker = (port: number, candidates: number[], values: Record<string, string> = {}) =>
    join(port, candidates, { tier: 'worker' }, values);

  beforeEach(() => {
    nodes = virtualNodes();
    events = [];
  });

  it('keeps its lease, and ends it when it leaves', async () => {
    const parent = await join(1, []);
    const child = await worker(2, [1]);
    await pass(60);
    expect(parent.bootstrapLoad()).to.deep.equal({ attached: 1, capacity: 50, promoted: false });
    await run(child.leave());
    expect(parent.bootstrapLoad()?.attached).to.equal(0);
  });

  it('loses its lease some 10 s after it died', async () => {
    const parent = await join(1, []);
    const child = await worker(2, [1]);
    await pass(5);
    child.crash();
    await pass(5);
    expect(parent.bootstrapLoad()?.attached).to.equal(1);
    await pass(10);
    expect(parent.bootstrapLoad()?.attached).to.equal(0);
  });

  it('goes where a full node sends it', async () => {
    const ring = [1, 2, 3].map(at);
    const parents = [];
    for (const port of [1, 2, 3]) {
      parents.push(
        await join(port, port === 1 ? [] : [1], { siblings: ring, capacity: port === 1 ? 4 : 50 }),
      );
    }
    await pass(10);
    // Two of the four places are taken by the siblings.
    const children = [];
    for (const port of [11, 12, 13, 14, 15]) children.push(await worker(port, [1]));
    expect(parents[0]?.bootstrapLoad()?.attached).to.equal(4);
    const elsewhere = children.filter(({ parent }) => parent?.port !== 1);
    expect(elsewhere).to.have.length(3);
    expect(elsewhere.every(({ parent }) => parent?.port === 2 || parent?.port === 3)).to.equal(true);
  });

  it('refuses nobody where the capacity is only a figure', async () => {
    const parent = await join(1, [], { capacity: null }, { bootstrap_max_connections_per_node: '2' });
    for (const port of [11, 12, 13]) await worker(port, [1]);
    expect(parent.bootstrapLoad()).to.deep.equal({ attached: 3, capacity: 2, promoted: false });
  });

  it('finds another parent within 10 s, and goes home when its own has returned', async () => {
    await join(1, []);
    let home = await join(2, [1]);
    await join(3, [1]);
    const child = await worker(4, [2, 3, 1]);
    await pass(20);
    expect(child.parent?.port).to.equal(2);
    home.crash();
    await pass(10);
    expect(child.parent?.port).to.be.oneOf([1, 3]);
    expect(events.filter(({ node }) => node === 'node-4')).to.deep.equal([
      {
        type: 'orphaned',
        message: 'its bootstrap node is lost: it does not answer',
        peer: at(2),
        node: 'node-4',
      },
      {
        type: 'attached',
        message: 'it has another bootstrap node',
        peer: at(child.parent?.port ?? 0),
        node: 'node-4',
      },
    ]);
    home = await join(2, [1]);
    await pass(60);
    expect(child.parent?.port).to.equal(2);
    expect(home.bootstrapLoad()?.attached).to.equal(1);
  });

  it('stays with a parent that only loses datagrams now and then', async () => {
    await join(1, []);
    const child = await worker(2, [1]);
    nodes.network.setConditions({ loss: 0.1 });
    await pass(600);
    expect(child.parent?.port).to.equal(1);
    expect(count('orphaned')).to.be.at.most(1);
  });

  it('attaches anew to a parent that forgot it, without a word', async () => {
    await join(1, []);
    await join(2, [1]);
    const child = await worker(3, [2, 1]);
    nodes.network.cut(at(2), at(3));
    const forgetful = await join(5, [1]);
    nodes.network.restore();
    await pass(5);
    expect(child.parent?.port).to.equal(2);
    expect(forgetful.parent?.port).to.equal(1);
    expect(count('orphaned')).to.equal(0);
  });

  it('goes on with the one of its candidates that it reaches', async () => {
    await join(1, []);
    const child = await worker(4, [91, 92, 1, 93]);
    expect(child.parent?.port).to.equal(1);
    expect(child.state).to.equal('joined');
  });

  it('has failed when nobody answers, and joins when the network comes', async () => {
    const child = await nodes.create('late', 4, [at(1), at(2)]);
    const failure = await run(child.join().catch((error: Error) => error.name));
    expect(failure).to.equal('BootstrapError');
    expect(child.state).to.equal('failed');
    expect(nodes.network.clock.now()).to.be.within(15_000, 25_000);
    await join(1, []);
    await pass(20);
    expect(child.state).to.equal('joined');
    expect(child.error).to.equal(undefined);
    expect(child.parent?.port).to.equal(1);
  });

  it('outlives all of its candidates, and is attached when they are back', async () => {
    const parents = [await join(1, []), await join(2, [1])];
    const children = [await worker(11, [1, 2]), await worker(12, [2, 1])];
    await pass(20);
    for (const parent of parents) parent.crash();
    await pass(120);
    for (const child of children) {
      expect(child.state).to.equal('joined');
      expect(child.parent).to.equal(undefined);
      expect(child.kademlia.table.size).to.equal(1);
    }
    await join(1, []);
    await join(2, [1]);
    await pass(60);
    expect(children.map(({ parent }) => parent?.port)).to.deep.equal([1, 2]);
    const [one, other] = children as [DhtNode, DhtNode];
    await run(one.kademlia.put('key', 1));
    expect(await run(other.kademlia.get('key'))).to.equal(1);
  });

  it('stays attached to a legacy node, and leaves it when that dies', async () => {
    const legacy = await join(1, [], {}, { legacy_compatibility_mode: 'true' });
    await join(2, []);
    const child = await worker(3, [1, 2]);
    expect(child.parent?.port).to.equal(1);
    await pass(120);
    expect(child.parent?.port).to.equal(1);
    legacy.crash();
    await pass(60);
    expect(child.parent?.port).to.equal(2);
  });

  it('serves legacy nodes, which hold no lease', async () => {
    const parent = await join(1, []);
    const legacy = await worker(2, [1], { legacy_compatibility_mode: 'true' });
    const other = await worker(3, [1]);
    await pass(60);
    expect(legacy.state).to.equal('joined');
    expect(parent.bootstrapLoad()?.attached).to.equal(1);
    await run(legacy.kademlia.put('key', 'value'));
    expect(await run(other.kademlia.get('key'))).to.equal('value');
  });

  it('does without leases while the hierarchy is off, and takes them up again', async () => {
    const on = parseSettings();
    const off = parseSettings({ enable_multi_level_bootstrap: 'false' });
    const ring = [1, 2].map(at);
    const more = { siblings: ring, fallbackCandidates: [at(1)] };
    const first = await join(1, [], { ...more, fallbackCandidates: [] });
    const second = await join(2, [1], more);
    const child = await join(3, [2, 1], { tier: 'worker', fallbackCandidates: [at(1)] });
    const all = [first, second, child];
    await pass(20);
    expect(second.bootstrapLoad()?.attached).to.equal(1);

    for (const node of all) node.configure(off);
    await pass(5);
    expect(all.map((node) => node.bootstrapLoad())).to.deep.equal([undefined, undefined, undefined]);
    expect(child.parent?.port).to.equal(1);
    const names = new Set<string>();
    nodes.network.onDatagram = ({ bytes }) => {
      const text = Buffer.from(bytes).toString('latin1');
      for (const name of ['cqkd_attach', 'cqkd_ring', 'cqkd_workers'])
        if (text.includes(name)) names.add(name);
    };
    await pass(60);
    expect([...names]).to.deep.equal([]);
    second.crash();
    await pass(20);
    expect(count('promoted') + count('orphaned')).to.equal(0);
    const late = await join(
      4,
      [2, 1],
      { fallbackCandidates: [at(8), at(1)] },
      { enable_multi_level_bootstrap: 'false' },
    );
    expect(late.parent?.port).to.equal(1);

    for (const node of [first, child, late]) node.configure(on);
    await pass(20);
    expect([child, late].map(({ parent }) => parent?.port)).to.deep.equal([1, 1]);
    expect(first.bootstrapLoad()?.attached).to.equal(2);
    await join(2, [1], more);
    await pass(60);
    expect([child, late].map(({ parent }) => parent?.port)).to.deep.equal([2, 2]);
  });

  it('never joins a foreign network, with or without the hierarchy', async () => {
    const first = await join(1, []);
    nodes.setNetwork('other');
    for (const flag of ['true', 'false']) {
      const stranger = await nodes.create(`stranger-${flag}`, flag === 'true' ? 5 : 6, [at(1)], {
        enable_multi_level_bootstrap: flag,
      });
      await run(stranger.join().catch(() => {}));
      expect(stranger.state).to.equal('failed');
    }
    expect(first.kademlia.table.size).to.equal(0);
  });
});
