import { expect } from 'chai';
import { type DhtNode, NodeId, SeededRandom } from '../../src/index.js';
import { trueNearest } from '../support/truth.js';
import { type HierarchyEvent, namesOf, VirtualHierarchy } from '../support/virtual-hierarchy.js';

/** 1000 workers run in seconds; 5000 take a minute or two: ask for them by CQKD_TEST_WORKERS. */
const workers = Number(process.env.CQKD_TEST_WORKERS ?? 1000);
const NEW_WORKERS = 20;
/** Every orphan is attached again within it. Milliseconds. */
const REATTACHED_MS = 10_000;
/** Arrivals in one second that a node with 50, 250 or 500 places lets in. */
const MOST_ARRIVALS = { local: 2 + 2, regional: 10 + 10, super: 20 + 20 };

/** All super nodes, 4 of the regional and 8 of the local nodes. */
const dead = [
  ...namesOf('super', 4),
  ...[0, 5, 10, 15].map((index) => `regional-${index}`),
  ...[0, 1, 2, 17, 33, 34, 50, 63].map((index) => `local-${index}`),
];

describe(`16 of 84 bootstrap nodes die at once under ${workers} workers`, function () {
  this.timeout(300 * workers);
  let network: VirtualHierarchy;
  let killedAtMs = 0;

  before(async () => {
    network = new VirtualHierarchy({
      counts: { worker: workers + NEW_WORKERS },
      seed: 7,
      // Who lost its parent looks three times as often whether that is back: a harder test, and a shorter one.
      settings: { bootstrap_health_check_interval: '10' },
    });
    await network.start(workers);
    await network.network.clock.advance(10_000);
  });
  after(() => network.close());

  const living = () => [...network.alive('worker'), ...network.alive('local'), ...network.alive('regional')];
  const parentOf = ({ parent }: DhtNode) => network.nameAt(`${parent?.address}:${parent?.port}`);
  const since = (atMs: number, type: HierarchyEvent['type']) =>
    network.events.filter((event) => event.type === type && event.atMs >= atMs);

  /** Mean share of the true 20 nearest that lookups of random workers find. */
  const recall = async (lookups: number): Promise<number> => {
    const random = new SeededRandom(3);
    const all = [...network.nodes.values()].filter((node) => node.state === 'joined');
    let found = 0;
    for (let i = 0; i < lookups; i++) {
      const asking = all[random.below(all.length)] as DhtNode;
      const target = NodeId.random(random);
      const { contacts } = await network.run(asking.kademlia.lookup(target));
      const truth = trueNearest(
        all.map(({ kademlia }) => kademlia),
        target,
        20,
        asking.kademlia,
      );
      const ids = contacts.slice(0, 20).map(({ id }) => id.hex);
      found += truth.filter(({ id }) => ids.includes(id.hex)).length / truth.length;
    }
    return found / lookups;
  };

  it('attaches every orphan again within 10 s', async () => {
    const orphans = living().filter((node) => dead.includes(parentOf(node)) && !dead.includes(node.name));
    expect(orphans.length).to.be.above(100);
    const staying = network.alive('local').filter(({ name }) => !dead.includes(name));
    const room = staying.reduce((sum, node) => {
      const { capacity = 0, attached = 0 } = node.bootstrapLoad() ?? {};
      return sum + capacity - attached;
    }, 0);
    killedAtMs = network.network.clock.now();
    network.crash(dead);
    const tookMs = await network.until(
      'all to be attached',
      () => living().every((node) => network.isAttached(node)),
      60_000,
    );
    expect(tookMs).to.be.below(REATTACHED_MS);
    const names = new Set(orphans.map(({ name }) => name));
    for (const type of ['orphaned', 'attached'] as const) {
      const told = new Set(since(killedAtMs, type).map(({ node }) => node));
      expect([...told]).to.have.members([...names]);
    }
    // The workers of dead local nodes are spread over the tier, as far as that has room for them.
    const ofLocals = orphans.filter(({ name }) => {
      const lost = since(killedAtMs, 'orphaned').find((event) => event.node === name);
      return network.nameAt(lost?.peer ?? '').startsWith('local');
    });
    const parents = ofLocals.map(parentOf).filter((parent) => parent.startsWith('local'));
    if (room >= ofLocals.length) expect(parents).to.have.length(ofLocals.length);
    expect(new Set(parents).size).to.be.at.least(Math.min(room, 20));
  });

  it('loses no worker', async () => {
    expect(network.alive('worker')).to.have.length(workers);
    expect(Math.min(...living().map((node) => node.kademlia.table.size))).to.be.above(20);
    expect(await recall(40)).to.be.above(0.95);
  });

  it('lets new workers join', async () => {
    const atMs = network.network.clock.now();
    await network.startAll(namesOf('worker', NEW_WORKERS, workers));
    expect(network.network.clock.now() - atMs).to.be.below(REATTACHED_MS);
    expect(network.alive('worker')).to.have.length(workers + NEW_WORKERS);
  });

  it('promotes the backups of the dead', async () => {
    await network.until('the promotions', () => since(killedAtMs, 'promoted').length >= 12, 20_000);
    const told = since(killedAtMs, 'promoted').map(({ peer }) => network.nameAt(peer ?? ''));
    // No super node is left to stand in for the others.
    expect(told).to.have.members(dead.filter((name) => !name.startsWith('super')));
    const promoted = [...network.nodes.values()].filter((node) => node.bootstrapLoad()?.promoted);
    expect(promoted.every((node) => node.bootstrapLoad()?.capacity === (node.tier === 'local' ? 100 : 500)));
  });

  it('gives those that return their place back, without a stampede', async () => {
    const atMs = network.network.clock.now();
    await network.startAll(dead);
    const isHome = ({ name, parent }: DhtNode) =>
      network.homeOf(name) === `${parent?.address}:${parent?.port}`;
    await network.until('all to be at home', () => living().every(isHome), 180_000);
    await network.network.clock.advance(15_000);
    const arrivals = new Map<string, number>();
    for (const event of since(atMs, 'attached')) {
      const key = `${network.nameAt(event.peer ?? '')} ${Math.floor(event.atMs / 1000)}`;
      arrivals.set(key, (arrivals.get(key) ?? 0) + 1);
    }
    for (const [key, count] of arrivals) {
      const tier = key.split('-')[0] as keyof typeof MOST_ARRIVALS;
      expect(count, key).to.be.at.most(MOST_ARRIVALS[tier]);
    }
    expect(since(atMs, 'demoted')).to.have.length(since(killedAtMs, 'promoted').length);
    for (const name of dead) {
      const load = network.node(name).bootstrapLoad();
      // The other super nodes join through the first one.
      const children = network.childrenOf(name).length + (name === 'super-0' ? 3 : 0);
      expect(load, name).to.include({ promoted: false, attached: children });
    }
  });
});
