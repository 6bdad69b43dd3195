import { expect } from 'chai';
import { NodeId } from '../../src/index.js';
import { namesOf, VirtualHierarchy } from '../support/virtual-hierarchy.js';

describe('the ring of a tier', () => {
  let network: VirtualHierarchy;
  const pass = (seconds: number) => network.network.clock.advance(seconds * 1000);
  const count = (type: string) => network.events.filter((event) => event.type === type).length;
  const promoted = () => [...network.nodes.values()].filter((node) => node.bootstrapLoad()?.promoted);

  beforeEach(async () => {
    network = new VirtualHierarchy({ counts: { super: 4, regional: 4, local: 8, worker: 24 } });
    await network.start();
    await pass(20);
  });
  afterEach(() => network.close());

  it('promotes nobody while all live, not even when the network has just started', () => {
    expect(count('promoted')).to.equal(0);
    expect(count('orphaned')).to.equal(0);
  });

  it('promotes the backup of a dead node with twice its capacity, and demotes it when the node is back', async () => {
    network.crash(['local-3']);
    await pass(10);
    const [backup, ...more] = promoted();
    expect(more).to.deep.equal([]);
    expect(backup?.bootstrapLoad()?.capacity).to.equal(100);
    expect(network.events.filter(({ type }) => type === 'promoted')).to.deep.equal([
      {
        type: 'promoted',
        message: 'stands in for a dead sibling',
        peer: network.place('local-3'),
        node: backup?.name,
        atMs: network.events.find(({ type }) => type === 'promoted')?.atMs,
      },
    ]);
    await network.startAll(['local-3']);
    await pass(5);
    expect(promoted()).to.deep.equal([]);
    expect(count('demoted')).to.equal(1);
  });

  it('skips dead ones backwards: one node stands in for several, and all of them are given back', async () => {
    network.crash(namesOf('local', 7));
    await pass(30);
    expect(promoted().map(({ name }) => name)).to.deep.equal(['local-7']);
    expect(count('promoted')).to.equal(7);
    expect(network.node('local-7').bootstrapLoad()?.capacity).to.equal(100);
    await network.startAll(namesOf('local', 7));
    await pass(90);
    expect(promoted()).to.deep.equal([]);
    expect(count('demoted')).to.equal(count('promoted'));
    const alive = network.alive('worker');
    expect(alive.every((node) => network.isAttached(node))).to.equal(true);
  });

  it('attaches regional nodes to one another while all super nodes are dead', async () => {
    network.crash(namesOf('super', 4));
    await pass(10);
    const regional = network.alive('regional');
    expect(regional).to.have.length(4);
    for (const node of regional) expect(network.isAttached(node), node.name).to.equal(true);
    await network.startAll(namesOf('super', 4));
    await pass(90);
    for (const node of regional) expect(node.parent?.port, node.name).to.be.within(5678, 5681);
  });

  it('brings the first node of the network back to it, though that remembers nothing', async () => {
    network.crash(['super-0']);
    await pass(30);
    await network.startAll(['super-0']);
    const first = network.node('super-0');
    expect(first.kademlia.table.size).to.be.above(10);
    const target = NodeId.fromName('anything');
    const { contacts } = await network.run(first.kademlia.lookup(target));
    expect(contacts.length).to.be.above(10);
    await pass(90);
    expect(network.alive('regional').some((node) => node.parent?.port === first.port)).to.equal(true);
  });

  it('brings it back even where its siblings came up after it', async () => {
    const alone = new VirtualHierarchy({ counts: { super: 2, regional: 0, local: 0, worker: 0 }, seed: 5 });
    await alone.startAll(['super-0']);
    expect(alone.node('super-0').kademlia.table.size).to.equal(0);
    const sibling = await alone.add('super-1', { candidates: [] });
    await alone.run(sibling.join());
    await alone.network.clock.advance(10_000);
    expect(alone.node('super-0').kademlia.table.size).to.equal(1);
    alone.close();
  });
});

describe('load of a tier', () => {
  it('evens out when a few nodes have everybody, and then rests', async () => {
    const network = new VirtualHierarchy({
      counts: { super: 1, regional: 0, local: 8, worker: 160 },
      seed: 3,
    });
    const { clock } = network.network;
    await network.startAll(['super-0', ...namesOf('local', 8)]);
    // All begin at the first two.
    const homes = namesOf('local', 2).map((name) => network.place(name));
    const starting = namesOf('worker', 160).map(async (name, index) => {
      const node = await network.add(name, {
        candidates: [homes[index % 2] as string, ...homes],
        region: 'x',
      });
      await node.join();
    });
    await network.run(Promise.all(starting));
    const loads = () => namesOf('local', 8).map((name) => network.node(name).bootstrapLoad()?.attached ?? 0);
    const moves = () => network.events.filter(({ type }) => type === 'attached').length;
    expect(Math.max(...loads())).to.be.at.least(50);
    await clock.advance(400_000);
    expect(loads().reduce((a, b) => a + b)).to.equal(network.alive('worker').length);
    expect(Math.max(...loads())).to.be.at.most(Math.ceil(20 * 1.25 + 1));
    expect(Math.min(...loads())).to.be.at.least(10);
    const settled = moves();
    // Nobody is moved twice.
    expect(settled).to.be.at.most(120);
    await clock.advance(240_000);
    expect(moves() - settled).to.be.at.most(2);
    expect(network.events.filter(({ type }) => type === 'orphaned')).to.deep.equal([]);
    network.close();
  });

  it('stays as it is where balancing is off', async () => {
    const network = new VirtualHierarchy({
      counts: { super: 1, regional: 0, local: 4, worker: 40 },
      settings: { enable_bootstrap_load_balancing: 'false' },
    });
    await network.startAll(['super-0', ...namesOf('local', 4)]);
    for (const name of namesOf('worker', 40)) {
      const node = await network.add(name, { candidates: [network.place('local-0')] });
      await network.run(node.join());
    }
    await network.network.clock.advance(300_000);
    expect(network.node('local-0').bootstrapLoad()?.attached).to.equal(40);
    network.close();
  });
});
