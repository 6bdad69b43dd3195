import { expect } from 'chai';
import {
  AddressBook,
  Deadlines,
  KademliaNode,
  NodeId,
  SeededRandom,
  VirtualNetwork,
} from '../../src/index.js';
import { encodeRequest } from '../../src/wire/request.js';

const parameters = { alpha: 3, k: 20, timeoutMs: 5000 };

describe('requests in flight', () => {
  let network: VirtualNetwork;
  let deadlines: Deadlines;
  let a: KademliaNode;
  let b: KademliaNode;

  const create = async (name: string, port: number) =>
    new KademliaNode(
      {
        clock: network.clock,
        random: new SeededRandom(port),
        deadlines,
        book: new AddressBook(),
        transport: await network.bind('10.0.0.1', port),
      },
      { id: NodeId.fromName(name), parameters },
    );
  const peer = () => ({ id: b.id, address: b.address, port: b.port });
  const ping = () => a.request(peer(), encodeRequest('ping', a.id));

  beforeEach(async () => {
    network = new VirtualNetwork(1, { latencyMs: 10 });
    deadlines = new Deadlines(network.clock);
    a = await create('a', 1);
    b = await create('b', 2);
  });

  it('answers arrive after one round trip', async () => {
    expect(await network.clock.run(ping())).to.be.instanceOf(Uint8Array);
    expect(network.clock.now()).to.equal(20);
    expect(a.rpc.pending).to.equal(0);
  });

  it('sends again once, then fails, and keeps no timer', async () => {
    b.close();
    let datagrams = 0;
    network.onDatagram = () => datagrams++;
    expect(await network.clock.run(ping())).to.equal(undefined);
    expect(datagrams).to.equal(2);
    expect(a.stats.requestsFailed).to.equal(1);
    expect(a.rpc.pending).to.equal(0);
  });

  it('waits by the measured round trip, not by the ceiling', async () => {
    for (let i = 0; i < 20; i++) await network.clock.run(ping());
    b.close();
    const startedAt = network.clock.now();
    await network.clock.run(ping());
    expect(network.clock.now() - startedAt).to.be.below(200);
  });

  it('learns a slower network without losing its answers', async () => {
    for (let i = 0; i < 20; i++) await network.clock.run(ping());
    network.setConditions({ latencyMs: 400 });
    a.stats.openWindow();
    for (let i = 0; i < 20; i++) await network.clock.run(ping());
    const first = a.stats.requestsFailed;
    for (let i = 0; i < 20; i++) expect(await network.clock.run(ping())).to.be.instanceOf(Uint8Array);
    expect(a.stats.requestsFailed).to.equal(first);
    await network.clock.advance(10_000);
    expect(a.stats.closeWindow()?.unanswered.size).to.equal(0);
  });

  it('gives a peer that is slower than the others up once, then waits for it', async () => {
    const far = await create('far', 3);
    for (let i = 0; i < 20; i++) await network.clock.run(ping());
    const waitMs = a.waitMs;
    network.setConditions({ latencyMs: 400 });
    const askFar = () =>
      a.request({ id: far.id, address: far.address, port: far.port }, encodeRequest('ping', a.id));
    expect(await network.clock.run(askFar())).to.equal(undefined);
    await network.clock.advance(2000);
    for (let i = 0; i < 5; i++) expect(await network.clock.run(askFar())).to.be.instanceOf(Uint8Array);
    expect(a.stats.requestsFailed).to.equal(1);
    expect(a.waitMs).to.equal(waitMs);
  });

  it('waits longer for everybody once nobody answers in time', async () => {
    for (let i = 0; i < 20; i++) await network.clock.run(ping());
    const others = await Promise.all([3, 4, 5, 6].map((port) => create(`other ${port}`, port)));
    network.setConditions({ latencyMs: 400 });
    for (const { id, address, port } of others) {
      await network.clock.run(a.request({ id, address, port }, encodeRequest('ping', a.id)));
      await network.clock.advance(2000);
    }
    expect(a.waitMs).to.be.above(800);
  });

  it('gives up sooner when it learns meanwhile that the network is quick', async () => {
    network.setConditions({ latencyMs: 100 });
    await network.clock.run(ping());
    network.setConditions({ latencyMs: 400 });
    for (let i = 0; i < 3; i++) await network.clock.run(ping());
    expect(a.waitMs).to.be.above(1000);
    network.setConditions({ latencyMs: 10 });
    const nobody = { address: '10.0.0.1', port: 99 };
    const startedAt = network.clock.now();
    let endedAt = Number.POSITIVE_INFINITY;
    void a.request(nobody, encodeRequest('ping', a.id)).then(() => {
      endedAt = network.clock.now();
    });
    for (let i = 0; i < 100; i++) await network.clock.run(ping());
    expect(endedAt - startedAt).to.be.below(1100);
  });

  it('tells peers that are dead from its own being late', async () => {
    for (let i = 0; i < 20; i++) await network.clock.run(ping());
    network.setConditions({ latencyMs: 500 });
    for (let i = 0; i < 5; i++) a.request(peer(), encodeRequest('ping', a.id));
    await network.clock.advance(10_000);
    expect(a.rpc.hasty).to.equal(true);
    b.close();
    for (let i = 0; i < 40; i++) a.request(peer(), encodeRequest('ping', a.id));
    await network.clock.advance(60_000);
    expect(a.rpc.hasty).to.equal(false);
  });

  it('without adaptive waits has one attempt and the fixed wait, whatever was measured', async () => {
    for (let i = 0; i < 20; i++) await network.clock.run(ping());
    a.setParameters({ adaptiveWait: false, timeoutMs: 5000 });
    b.close();
    let datagrams = 0;
    network.onDatagram = () => datagrams++;
    const startedAt = network.clock.now();
    expect(await network.clock.run(ping())).to.equal(undefined);
    expect(datagrams).to.equal(1);
    expect(network.clock.now() - startedAt).to.be.within(5000, 5020);
    a.setParameters({ adaptiveWait: true });
    expect(a.waitMs).to.be.below(200);
  });

  it('counts an attempt as lost only when no answer ever came', async () => {
    for (let i = 0; i < 5; i++) await network.clock.run(ping());
    a.stats.openWindow();
    network.setConditions({ loss: 1 });
    const lost = ping();
    await network.clock.advance(15);
    network.setConditions({ loss: 0 });
    await network.clock.run(lost);
    await network.clock.advance(10_000);
    const window = a.stats.closeWindow();
    expect(window?.unanswered.get(b.id.hex)).to.equal(1);
    expect(window?.attempts).to.equal(2);
  });

  it('drops an answer from another address and one with an unknown message id', async () => {
    let request: Uint8Array | undefined;
    network.onDatagram = ({ bytes }) => {
      request ??= bytes;
    };
    network.cut('10.0.0.1:1', '10.0.0.1:2');
    const asked = ping();
    const forged = Uint8Array.from([1, ...(request as Uint8Array).subarray(1, 21), 0xc4, 20, ...b.id.bytes]);
    const stranger = await network.bind('10.0.0.9', 9);
    stranger.send(forged, 1, '10.0.0.1');
    const unknown = Uint8Array.from(forged);
    unknown[7] = (unknown[7] as number) ^ 255;
    const real = await network.bind('10.0.0.2', 2);
    real.send(unknown, 1, '10.0.0.1');
    expect(await network.clock.run(asked)).to.equal(undefined);
    expect(a.stats.dropped.unasked).to.equal(2);
  });

  it('drops what comes from port 0', async () => {
    const stranger = await network.bind('10.0.0.9', 0);
    stranger.send(Uint8Array.from([0, ...new Uint8Array(20), ...encodeRequest('ping', a.id)]), 2, '10.0.0.1');
    await network.clock.advance(100);
    expect(b.stats.dropped.frame).to.equal(1);
    expect(b.stats.datagramsSent).to.equal(0);
  });

  it('keeps waiting when an answer does not fit its request', async () => {
    const contact = await network.clock.run(a.contactAt(b.address, b.port));
    b.close();
    const silent = await network.bind('10.0.0.1', 2);
    silent.onDatagram((bytes) => {
      if (bytes[0] === 0) silent.send(Uint8Array.from([1, ...bytes.subarray(1, 21), 0xc3]), 1, '10.0.0.1');
    });
    const result = await network.clock.run(
      a.lookup(NodeId.fromName('x'), { seeds: contact ? [contact] : [] }),
    );
    expect(result.contacts).to.have.length(0);
    expect(a.stats.dropped.response).to.equal(2);
  });

  it('has no more in flight than max_concurrent_operations allows, and still serves everything', async () => {
    a.setParameters({ maxInFlight: 256 });
    let inFlight = 0;
    let most = 0;
    network.onDatagram = ({ bytes }) => {
      inFlight += bytes[0] === 0 ? 1 : -1;
      most = Math.max(most, inFlight);
    };
    const answers = await network.clock.run(Promise.all(Array.from({ length: 2000 }, ping)));
    expect(answers.every(Boolean)).to.equal(true);
    expect(most).to.equal(256);
    await network.clock.advance(1000);
    expect(a.rpc.pending).to.equal(0);
  });

  it('fails everything pending when it closes', async () => {
    network.cut('10.0.0.1:1', '10.0.0.1:2');
    const open = Array.from({ length: 500 }, ping);
    a.close();
    expect(await Promise.all(open)).to.deep.equal(new Array(500).fill(undefined));
    expect(await ping()).to.equal(undefined);
    expect(a.rpc.pending).to.equal(0);
  });
});

describe('Deadlines', () => {
  it('expires in time, skips what was settled, and stops its timer', async () => {
    const { clock } = new VirtualNetwork(1);
    const deadlines = new Deadlines(clock);
    const expired: [number, number][] = [];
    const item = (deadlineMs: number) => ({
      deadlineMs,
      settled: false,
      expire() {
        this.settled = true;
        expired.push([deadlineMs, clock.now()]);
      },
    });
    const settled = item(50);
    for (const at of [5, 100, 5000, 20_000]) deadlines.add(item(at));
    deadlines.add(settled);
    settled.settled = true;
    await clock.advance(60_000);
    expect(expired.map(([at]) => at)).to.deep.equal([5, 100, 5000, 20_000]);
    for (const [due, at] of expired) expect(at - due).to.be.within(0, 10);
    // Nothing is pending: a promise that never settles must find the clock without events.
    const outcome = await clock.run(new Promise(() => {})).catch((error: Error) => error.message);
    expect(outcome).to.match(/no event left/);
  });
});
