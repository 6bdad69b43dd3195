import { expect } from 'chai';
import { Tuner } from '../../src/adaptive/tuner.js';
import { createTestnet, type KademliaNode, NodeId, SeededRandom, type Testnet } from '../../src/index.js';
import type { NodeEvent } from '../../src/node-part.js';
import { parseSettings } from '../../src/settings.js';
import { partContext } from '../support/part-context.js';

/** From the start to the end of the first look at the latest, on the node's clock. */
const FIRST_LOOK_MS = 25_000;

describe('the tuner', function () {
  this.timeout(120_000);
  let net: Testnet;
  let events: NodeEvent[];
  let tuner: Tuner;

  beforeEach(() => {
    events = [];
  });

  afterEach(() => {
    tuner.stop();
    net.close();
  });

  const node = () => net.nodes[0] as KademliaNode;
  const advance = (durationMs: number) => net.network?.clock.advance(durationMs);
  const tuned = async (nodes: number, values: Record<string, string> = {}) => {
    net = await createTestnet(nodes, { seed: 4 });
    tuner = new Tuner(partContext(node(), values, events));
    return tuner;
  };
  const configure = (values: Record<string, string>) => {
    const settings = parseSettings(values);
    if (!settings.enable_adaptive_kademlia) {
      // What the whole node does with the core when the flag is off.
      node().setParameters({ alpha: 3, k: 20, timeoutMs: 5000, adaptiveWait: false });
    }
    tuner.configure(settings);
  };

  it('leaves a node with the first row until it has looked, then takes the row of its network', async () => {
    await tuned(150);
    tuner.start();
    expect(node().parameters.k).to.equal(20);
    await advance(FIRST_LOOK_MS);
    expect(node().parameters).to.include({ alpha: 4, k: 25 });
    expect(node().parameters.timeoutMs).to.be.within(5000, 8000);
    expect(tuner.row.refreshSeconds).to.equal(240);
    expect(events).to.have.length(1);
    expect(events[0]?.type).to.equal('adapted');
    expect(events[0]?.message).to.match(/^alpha 4, K 25 \(was 20\) for about 1\d\d nodes$/);
  });

  it('follows growth a minute after it began', async () => {
    await tuned(100, { small_network_threshold: '150' });
    tuner.start();
    await advance(FIRST_LOOK_MS);
    expect(node().parameters.k).to.equal(20);
    for (let i = 0; i < 200; i++) await net.add();
    await advance(30_000);
    expect(node().parameters.k).to.equal(20);
    await advance(120_000);
    expect(node().parameters.k).to.equal(35);
  });

  it('gives the fixed values back at once, and adapts at once when it is on again', async () => {
    await tuned(150);
    tuner.start();
    await advance(FIRST_LOOK_MS);
    configure({ enable_adaptive_kademlia: 'false' });
    expect(node().parameters).to.include({ alpha: 3, k: 20, timeoutMs: 5000 });
    await advance(120_000);
    expect(node().parameters).to.include({ alpha: 3, k: 20, timeoutMs: 5000 });
    for (let bucket = 0; bucket < node().table.bucketCount; bucket++)
      expect(node().table.bucketSize(bucket)).to.be.at.most(20);
    configure({ enable_adaptive_kademlia: 'true' });
    expect(node().parameters.k).to.equal(25);
    expect(events.map((event) => event.message?.slice(0, 13))).to.deep.equal([
      'alpha 4, K 25',
      'alpha 3, K 20',
      'alpha 4, K 25',
    ]);
  });

  it('sends nothing while it is off, but knows the row', async () => {
    await tuned(150, { enable_adaptive_kademlia: 'false' });
    const before = node().stats.requestsSent;
    tuner.start();
    await advance(120_000);
    expect(node().stats.requestsSent).to.equal(before);
    expect(node().parameters.k).to.equal(20);
    expect(tuner.row.refreshSeconds).to.equal(240);
  });

  it('takes changed bounds at once', async () => {
    await tuned(150);
    tuner.start();
    await advance(FIRST_LOOK_MS);
    configure({ small_network_threshold: '190' });
    expect(node().parameters.k).to.equal(20);
  });

  it('lowers alpha while much of what is allowed is in flight', async () => {
    await tuned(300);
    tuner.start();
    await advance(FIRST_LOOK_MS);
    expect(node().parameters.alpha).to.equal(6);
    node().setParameters({ maxInFlight: 100 });
    const random = new SeededRandom(1);
    const lookups = Array.from({ length: 60 }, () => node().lookup(NodeId.random(random)));
    let lowest = 6;
    node().observe({
      lookedUp: () => {
        lowest = Math.min(lowest, node().parameters.alpha);
      },
    });
    await net.run(Promise.all(lookups));
    expect(lowest).to.be.below(5);
    for (let i = 0; i < 40; i++) await net.run(node().lookup(NodeId.random(random)));
    expect(node().parameters.alpha).to.equal(6);
  });

  it('keeps no timer when it has stopped', async () => {
    await tuned(20);
    tuner.start();
    tuner.stop();
    const before = node().stats.requestsSent;
    await advance(600_000);
    expect(node().stats.requestsSent).to.equal(before);
  });
});
