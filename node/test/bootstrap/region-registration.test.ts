import { expect } from 'chai';
import { registrationKey } from '../../src/bootstrap/region-registration.js';
import type { DhtNode } from '../../src/index.js';
import { namesOf, VirtualHierarchy } from '../support/virtual-hierarchy.js';

describe('registration of a region', () => {
  let network: VirtualHierarchy;
  const pass = (seconds: number) => network.network.clock.advance(seconds * 1000);
  const registered = async (worker: DhtNode) => {
    const text = await network.run(
      network.node('super-0').kademlia.get(registrationKey(worker.region, worker.id)),
    );
    return typeof text === 'string' ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  };

  beforeEach(async () => {
    network = new VirtualHierarchy({ counts: { super: 2, regional: 2, local: 4, worker: 8 } });
    await network.start();
  });
  afterEach(() => network.close());

  it('publishes the workers of the region, none while they are young and never many at once', async () => {
    await pass(50);
    for (const worker of network.alive('worker')) expect(await registered(worker)).to.equal(undefined);
    await pass(250);
    for (const worker of network.alive('worker')) {
      const entry = await registered(worker);
      expect(entry, worker.name).to.include({
        node_id: worker.id.hex,
        address: worker.address,
        port: worker.port,
      });
      expect(entry?.registered_at).to.be.a('number').above(1_700_000_000);
    }
  });

  it('takes back those that are gone, and only those', async () => {
    await pass(300);
    const [gone, ...rest] = network.alive('worker') as [DhtNode, ...DhtNode[]];
    gone.crash();
    // Its local node dies as well: the others find another one, and stay published.
    network.crash(namesOf('local', 1));
    await pass(500);
    expect(await registered(gone)).to.equal(undefined);
    for (const worker of rest) expect((await registered(worker))?.port, worker.name).to.equal(worker.port);
  });
});
