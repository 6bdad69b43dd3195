import { expect } from 'chai';
import { packedKeyOf } from '../../src/bootstrap/attach-message.js';
import { registrationKey, WORKERS } from '../../src/bootstrap/region-registration.js';
import { type DhtNode, NodeId } from '../../src/index.js';
import { HEADER_BYTES } from '../../src/wire/datagram.js';
import { unpack } from '../../src/wire/message-pack.js';
import { encodeRequest, Packed } from '../../src/wire/request.js';
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

  describe('told of workers by whoever likes', () => {
    const workerId = (index: number) => NodeId.fromName(`told-${index}`);
    const told = (...places: [string, number][]) =>
      places.map(([address, port], index) => [workerId(index).bytes, address, port]);
    /** @returns the answer to the message */
    const tell = async (teller: DhtNode, regional: DhtNode, workers: unknown[]) => {
      const payload = encodeRequest(WORKERS, teller.id, packedKeyOf('test'), Packed.of(workers));
      const answer = await network.run(teller.kademlia.request(regional, payload));
      return answer && unpack(answer.subarray(HEADER_BYTES));
    };
    const published = async (region: string, count: number) => {
      const { kademlia } = network.node('super-0');
      const indices = Array.from({ length: count }, (_, index) => index);
      const values = indices.map((index) => kademlia.get(registrationKey(region, workerId(index))));
      return (await network.run(Promise.all(values))).map((value) => value !== undefined);
    };
    let local: DhtNode;
    let regional: DhtNode;

    beforeEach(() => {
      local = network.node('local-0');
      regional = network.node(network.nameAt(network.homeOf('local-0') as string));
    });

    it('publishes those alone that have an address and a port', async () => {
      expect(await tell(local, regional, told(['1'.repeat(8100), 1]))).to.equal(true);
      await pass(30);
      const workers = told(
        ['host', 1],
        ['10.0.0.1', 0],
        ['10.0.0.1', 70_000],
        ['10.0.0.1', 1.5],
        ['10.0.0.1', 1],
      );
      expect(await tell(local, regional, workers)).to.equal(true);
      await pass(90);
      const expected = [false, false, false, false, true];
      expect(await published(regional.region, workers.length)).to.deep.equal(expected);
      // Those that nobody tells of any more are pinged and taken back.
      await pass(300);
      expect(await published(regional.region, workers.length)).to.not.include(true);
    });

    it('heeds only local nodes that are attached to it, and 25 workers at most', async () => {
      const worker = told(['10.0.0.1', 1]);
      expect(await tell(network.node('worker-0'), regional, worker)).to.equal(false);
      const other = network.alive('local').find(({ parent }) => parent?.port !== regional.port) as DhtNode;
      expect(await tell(other, regional, worker)).to.equal(false);
      const many = Array.from({ length: 26 }, (): [string, number] => ['10.0.0.1', 1]);
      expect(await tell(local, regional, told(...many))).to.equal(undefined);
      await pass(60);
      expect(await published(regional.region, 1)).to.deep.equal([false]);
    });
  });
});
