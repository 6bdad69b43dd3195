import { expect } from 'chai';
import {
  Contact,
  createTestnet,
  Discovery,
  type KademliaNode,
  NodeId,
  nodesForKey,
  type Testnet,
} from '../../src/index.js';
import { parseSettings } from '../../src/settings.js';
import { partContext } from '../support/part-context.js';

const SIZE = 200;
const MINUTE_MS = 60_000;

describe('discovery', () => {
  let net: Testnet;
  let node: KademliaNode;
  let discovery: Discovery;
  let unhealthy: Set<string>;

  const create = (values: Record<string, string> = {}) =>
    new Discovery(partContext(node, values), (contact) => !unhealthy.has(contact.id.hex));
  const discover = (count: number, verify?: boolean) => net.run(discovery.discover({ count, verify }));
  const requests = async (work: () => Promise<unknown>) => {
    const before = node.stats.requestsSent;
    await work();
    return node.stats.requestsSent - before;
  };
  const pass = (ms: number) => net.network?.clock.advance(ms) as Promise<void>;
  const kill = (count: number): Set<string> => {
    const victims = net.nodes.filter((each) => each !== node && !each.closed).slice(0, count);
    for (const victim of victims) victim.close();
    return new Set(victims.map(({ id }) => id.hex));
  };
  const dead = (contacts: readonly Contact[], killed: ReadonlySet<string>) =>
    contacts.filter(({ id }) => killed.has(id.hex)).length;

  /** Does something when a check beyond a ping reaches a node. */
  const whenChecked = (checked: KademliaNode, then: () => void) => {
    checked.storage.offerPlain = () => {
      then();
      return 'unknown';
    };
  };

  beforeEach(async () => {
    net = await createTestnet(SIZE, { seed: 9 });
    node = net.nodes[150] as KademliaNode;
    unhealthy = new Set();
    discovery = create();
  });

  afterEach(() => {
    discovery.stop();
    net.close();
  });

  it('returns all it found when asked for 5·lk nodes, more than there are', async () => {
    expect(nodesForKey(256)).to.equal(3200);
    expect(nodesForKey(1)).to.equal(15);
    expect(await discover(nodesForKey(256))).to.have.length(SIZE - 1);
  });

  it('verifies at the level of the settings', async () => {
    discovery = create({ health_check_level: 'medium' });
    const degraded = net.nodes[20] as KademliaNode;
    degraded.storage.offerPlain = () => 'refused';
    const ids = async () => (await discover(SIZE, true)).map(({ id }) => id.hex);
    expect(await ids(), 'cold')
      .to.have.length(SIZE - 2)
      .and.not.include(degraded.id.hex);
    expect(await ids(), 'warm')
      .to.have.length(SIZE - 2)
      .and.not.include(degraded.id.hex);
    discovery.configure(parseSettings({ health_check_level: 'fast' }));
    expect(await ids()).to.have.length(SIZE - 1);
  });

  it('asks far fewer than all when few are wanted, and returns everything found', async () => {
    let contacts: Contact[] = [];
    const asked = await requests(async () => {
      contacts = await discover(20);
    });
    expect(contacts.length).to.be.at.least(20);
    expect(asked).to.be.below(SIZE / 2);
    expect(new Set(contacts.map(({ id }) => id.hex)).size).to.equal(contacts.length);
    expect(contacts.some(({ id }) => id.equals(node.id))).to.equal(false);
  });

  it('asks nobody again while the cache is warm', async () => {
    expect(await requests(() => discover(1000))).to.be.at.least(SIZE - 1);
    expect(await requests(() => discover(1000))).to.equal(0);
    await pass(MINUTE_MS);
    expect(await requests(() => discover(1000, false))).to.equal(0);
    expect(await discover(1000, false)).to.have.length(SIZE - 1);
  });

  it('pings those not heard from lately when it has to verify, and no more', async () => {
    await discover(1000);
    await pass(MINUTE_MS);
    const sent = node.stats.datagramsSent;
    expect(await requests(() => discover(1000, true))).to.be.within(1, SIZE - 1);
    expect(node.stats.datagramsSent - sent).to.be.below(1.1 * SIZE);
  });

  it('begins cold when it has forgotten', async () => {
    await discover(1000);
    discovery.forget();
    expect(await requests(() => discover(1000))).to.be.at.least(SIZE - 1);
  });

  it('tells of each node once, from the cache and from the walk', async () => {
    for (const count of [20, 1000, 1000]) {
      const met: string[] = [];
      const onFound = ({ id }: Contact) => met.push(id.hex);
      await net.run(discovery.discover({ count, onFound }));
      expect(new Set(met).size).to.equal(met.length);
      expect(met.length).to.be.at.least(Math.min(count, SIZE - 1));
    }
  });

  for (const share of [0.05, 0.3]) {
    it(`never returns nodes that died in the meantime when it verifies (${share * 100} %)`, async () => {
      await discover(1000);
      const killed = kill(SIZE * share);
      await pass(5000);
      const contacts = await discover(1000, true);
      expect(dead(contacts, killed)).to.equal(0);
      expect(contacts).to.have.length(SIZE - 1 - killed.size);
    });
  }

  it('never returns dead nodes on a cold walk when it verifies', async () => {
    const killed = kill(60);
    const contacts = await discover(1000, true);
    expect(dead(contacts, killed)).to.equal(0);
    expect(contacts).to.have.length(SIZE - 1 - killed.size);
    expect(dead(await discover(100, true), killed)).to.equal(0);
  });

  it('leaves out those that failed since, even unverified', async () => {
    await discover(1000);
    const killed = kill(30);
    const known = await discover(1000, false);
    expect(dead(known, killed)).to.equal(30);
    await pass(5000);
    await discover(1000, true);
    expect(dead(await discover(1000, false), killed)).to.equal(0);
  });

  it('leaves out those that a walk found silent, even unverified', async () => {
    await discover(1000);
    await pass(11 * MINUTE_MS);
    const killed = kill(30);
    expect(dead(await discover(1000, false), killed)).to.equal(0);
  });

  it('leaves out whom the health check knows as not healthy', async () => {
    unhealthy = new Set(net.nodes.slice(0, 50).map(({ id }) => id.hex));
    for (const verify of [true, false]) {
      const contacts = await discover(1000, verify);
      expect(dead(contacts, unhealthy)).to.equal(0);
      expect(contacts).to.have.length(SIZE - 1 - 50);
    }
  });

  it('returns the dead too without health check, unless it has to verify', async () => {
    discovery = create({ enable_health_check: 'false' });
    node.setParameters({ verifies: false });
    const killed = kill(60);
    expect(dead(await discover(1000), killed)).to.be.above(0);
    discovery.forget();
    expect(dead(await discover(1000, true), killed)).to.equal(0);
  });

  it('finds newcomers by itself once the cache is five minutes old', async () => {
    await discover(1000);
    const newcomer = await net.add();
    const includes = async () => (await discover(1000)).some(({ id }) => id.equals(newcomer.id));
    await pass(4 * MINUTE_MS);
    expect(await includes()).to.equal(false);
    await pass(2 * MINUTE_MS);
    await includes();
    await pass(MINUTE_MS);
    expect(await includes()).to.equal(true);
  });

  it('finds newcomers behind the scenes for few, too, and checks nobody for that', async () => {
    discovery = create({ health_check_level: 'medium' });
    await discover(1000, false);
    const newcomers = [await net.add(), await net.add(), await net.add()];
    await pass(6 * MINUTE_MS);
    const asked = await requests(async () => {
      await discover(20, false);
      await pass(MINUTE_MS);
    });
    expect(asked).to.be.within(SIZE, 1.5 * SIZE);
    const ids = (await discover(20, false)).map(({ id }) => id.hex);
    expect(ids).to.include.members(newcomers.map(({ id }) => id.hex));
  });

  it('finds all again after an outage in which nobody answered', async () => {
    const others = net.nodes.filter((each) => each !== node);
    for (const known of ['nobody', 'all']) {
      if (known === 'all') await discover(1000);
      for (const { port } of others) net.network?.cut(`127.0.0.1:${node.port}`, `127.0.0.1:${port}`);
      await pass(MINUTE_MS);
      expect(await discover(1000), known).to.have.length(0);
      net.network?.restore();
      const { id, address, port } = net.nodes[0] as KademliaNode;
      await net.run(node.join([node.parts.book.get(id, address, port)]));
      expect(await discover(1000), known).to.have.length(SIZE - 1);
      discovery.forget();
    }
  });

  it('finds more than the cache holds when its node knows more', async () => {
    const small = await createTestnet(10, { seed: 4 });
    const asking = small.nodes[5] as KademliaNode;
    discovery = new Discovery(partContext(asking), () => true);
    try {
      expect(await small.run(discovery.discover({ count: 100 }))).to.have.length(9);
      await small.add();
      expect(asking.table.size).to.equal(10);
      expect(await small.run(discovery.discover({ count: 100 }))).to.have.length(10);
    } finally {
      small.close();
    }
  });

  it('returns only who has its id when it verifies', async () => {
    const [liar, honest] = net.nodes.slice(20, 22) as [KademliaNode, KademliaNode];
    let invented = 0;
    liar.table.closestProven = () =>
      [liar, honest].map(
        ({ port }) => new Contact(NodeId.fromName(`invented ${invented++}`), '127.0.0.1', port),
      );
    const real = new Set(net.nodes.map(({ id }) => id.hex));
    const contacts = await discover(1000, true);
    expect(invented).to.be.above(0);
    expect(contacts.filter(({ id }) => !real.has(id.hex))).to.deep.equal([]);
    expect(contacts).to.have.length(SIZE - 1);
  });

  it('gives nobody who has said goodbye, in the routing table or not', async () => {
    await discover(1000);
    const { table } = node;
    const knows = (each: KademliaNode) => each.table.get(node.id) !== undefined;
    const leaver = net.nodes.find((each) => knows(each) && !table.get(each.id)) as KademliaNode;
    expect(leaver).not.to.equal(undefined);
    await net.run(leaver.leave());
    leaver.close();
    const ids = (await discover(1000, false)).map(({ id }) => id.hex);
    expect(ids)
      .to.have.length(SIZE - 2)
      .and.not.include(leaver.id.hex);
  });

  it('walks again when everything it knew is older than ten minutes', async () => {
    await discover(1000);
    await pass(11 * MINUTE_MS);
    expect(await requests(() => discover(1000))).to.be.at.least(SIZE - 1);
  });

  it('ends early when it is told to', async () => {
    const stop = new AbortController();
    const found = discovery.discover({ count: 1000, signal: stop.signal, onFound: () => stop.abort() });
    expect((await net.run(found)).length).to.be.below(SIZE - 1);
    expect(await discover(1000)).to.have.length(SIZE - 1);
  });

  it('returns what it found until it was told to end in the middle of a check', async () => {
    discovery = create({ health_check_level: 'medium' });
    const warnings: unknown[] = [];
    const warn = (warning: unknown) => warnings.push(warning);
    process.on('warning', warn);
    try {
      for (const state of ['cold', 'warm']) {
        const stop = new AbortController();
        whenChecked(net.nodes[20] as KademliaNode, () => stop.abort());
        const found = await net.run(discovery.discover({ count: 1000, verify: true, signal: stop.signal }));
        expect(found.length, state).to.be.below(SIZE - 1);
        expect(stop.signal.aborted, state).to.equal(true);
        await discover(1000, false);
      }
      await new Promise(setImmediate);
      expect(warnings, 'of too many listeners').to.deep.equal([]);
    } finally {
      process.off('warning', warn);
    }
  });

  it('ends when its node does', async () => {
    const found = discovery.discover({ count: 1000, onFound: () => discovery.stop() });
    expect((await net.run(found)).length).to.be.below(SIZE - 1);
  });
});
