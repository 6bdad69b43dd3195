import { expect } from 'chai';
import type { DhtNode } from '../../src/index.js';
import { parseSettings } from '../../src/settings.js';
import { type VirtualNodes, virtualNodes } from '../support/virtual-nodes.js';

const OFF = parseSettings({ enable_health_check: 'false' });
const ON = parseSettings({});

describe('the flag of the health check', () => {
  let nodes: VirtualNodes;
  let asking: DhtNode;
  let asked: DhtNode;

  beforeEach(async () => {
    nodes = virtualNodes(3);
    const first = await nodes.create('first', 1, []);
    await nodes.network.clock.run(first.join());
    asking = await nodes.create('asking', 2, ['10.0.0.1:1']);
    asked = await nodes.create('asked', 3, ['10.0.0.1:1']);
    for (const node of [asking, asked]) await nodes.network.clock.run(node.join());
  });

  /** Whether a contact is still there when it has left one request unanswered. */
  const survivesSilence = async () => {
    const { kademlia } = asking;
    const contact = kademlia.parts.book.get(asked.kademlia.id, '10.0.0.1', 3);
    kademlia.see(contact);
    nodes.network.cut('10.0.0.1:2', '10.0.0.1:3');
    await nodes.network.clock.run(kademlia.ping(contact, 1));
    nodes.network.restore();
    const survives = kademlia.table.has(contact);
    await nodes.network.clock.advance(10_000);
    return survives;
  };

  it('decides, while the node runs, whether one unanswered request ends a contact', async () => {
    expect(await survivesSilence(), 'on').to.equal(true);
    asking.configure(OFF);
    expect(await survivesSilence(), 'off').to.equal(false);
    asking.configure(ON);
    expect(await survivesSilence(), 'on again').to.equal(true);
  });

  it('ends the checks and what they found', async () => {
    const checks = () => Object.values(asking.kademlia.stats.healthChecks).reduce((a, b) => a + b, 0);
    await nodes.network.clock.advance(300_000);
    expect(checks()).to.be.above(0);
    asking.configure(OFF);
    const before = checks();
    await nodes.network.clock.advance(900_000);
    expect(checks()).to.equal(before);
    expect(asking.kademlia.stats.unwell).to.deep.equal({ degraded: 0, unhealthy: 0 });
    asking.configure(ON);
    await nodes.network.clock.advance(300_000);
    expect(checks()).to.be.above(before);
  });
});
