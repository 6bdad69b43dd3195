import { expect } from 'chai';
import { HostFaults } from '../../src/host/host-faults.js';
import { type Degradation, NodeFaults, noDegradation } from '../../src/wire/faults.js';
import { FaultyTransport } from '../../src/wire/faulty.js';
import { VirtualNetwork } from '../../src/wire/virtual.js';

describe('faults of a node', () => {
  const many = 2000;
  let network: VirtualNetwork;
  let faults: NodeFaults;
  /** Number and time of what was heard. Milliseconds. */
  let heard: { bytes: Uint8Array; atMs: number }[];
  let transport: FaultyTransport;

  beforeEach(async () => {
    network = new VirtualNetwork(7, { latencyMs: 0 });
    faults = new NodeFaults(network);
    heard = [];
    transport = new FaultyTransport(await network.bind('10.0.0.1', 1), faults);
    transport.onDatagram((bytes) => heard.push({ bytes, atMs: network.clock.now() }));
  });

  const degrade = (change: Partial<Degradation>) =>
    faults.set('f', { degradation: { ...noDegradation, ...change } });
  /** Sends so many datagrams, a millisecond apart, and lets them arrive. */
  const send = async (count = many, from = '10.0.0.2') => {
    const peer = await network.bind(from, 1);
    for (let i = 0; i < count; i++) {
      network.clock.setTimeout(() => peer.send(Uint8Array.of(i >> 8, i & 255), 1, '10.0.0.1'), i);
    }
    await network.clock.advance(count + 60_000);
    peer.close();
    return heard.length / count;
  };

  it('let everything through when there are none', async () => {
    expect(await send()).to.equal(1);
    expect(faults.dropped).to.equal(0);
  });

  it('keep away what comes from certain places, and nothing else', async () => {
    faults.set('cut', { deafTo: new Set(['10.0.0.2:1']) });
    expect(await send(50)).to.equal(0);
    expect(faults.dropped).to.equal(50);
    expect(await send(50, '10.0.0.3')).to.equal(1);
    faults.lift('cut');
    expect(faults.isClear).to.equal(true);
    heard = [];
    expect(await send(50)).to.equal(1);
  });

  it('lose a share', async () => {
    degrade({ loss: 0.3 });
    expect(await send()).to.be.within(0.65, 0.75);
    expect(faults.dropped + heard.length).to.equal(many);
  });

  it('double a share', async () => {
    degrade({ duplication: 0.2 });
    expect(await send()).to.be.within(1.15, 1.25);
  });

  it('delay, and spread the delay', async () => {
    degrade({ latencyMs: 50, jitterMs: 20 });
    await send();
    const delays = heard.map(({ bytes: [high = 0, low = 0], atMs }) => atMs - (high * 256 + low));
    expect(Math.min(...delays)).to.be.within(50, 52);
    expect(Math.max(...delays)).to.be.within(68, 70);
  });

  it('let later ones overtake', async () => {
    degrade({ reordering: 0.1 });
    await send();
    const order = heard.map(({ bytes: [high = 0, low = 0] }) => high * 256 + low);
    const overtaken = order.filter((number, i) => number < (order[i - 1] ?? 0)).length;
    expect(overtaken / many).to.be.within(0.05, 0.12);
  });

  it('change a byte, in a copy', async () => {
    degrade({ corruption: 1 });
    const sent = Uint8Array.of(1, 2, 3);
    faults.pass(sent, '10.0.0.2', 1, (bytes) => heard.push({ bytes, atMs: 0 }));
    const bytes = heard[0]?.bytes ?? Uint8Array.of();
    expect([...sent]).to.deep.equal([1, 2, 3]);
    expect([...bytes].filter((byte, i) => byte !== sent[i]).length).to.equal(1);
  });

  it('limit the rate', async () => {
    degrade({ rate: 100 });
    // A thousand a second for two seconds: ten at once, and a hundred a second.
    await send();
    expect(heard.length).to.be.within(200, 215);
  });

  it('add up', async () => {
    degrade({ loss: 0.5 });
    faults.set('g', { degradation: { ...noDegradation, loss: 0.5 } });
    expect(await send()).to.be.within(0.2, 0.3);
  });

  it('deliver nothing to a node that has ended meanwhile', async () => {
    degrade({ latencyMs: 1000 });
    const peer = await network.bind('10.0.0.2', 1);
    peer.send(Uint8Array.of(1), 1, '10.0.0.1');
    await network.clock.advance(500);
    transport.close();
    await network.clock.advance(5000);
    expect(heard).to.deep.equal([]);
  });

  it('are the same for the same seed', async () => {
    const run = async () => {
      const other = new VirtualNetwork(3);
      const passed: number[] = [];
      const random = new NodeFaults(other);
      random.set('f', { degradation: { ...noDegradation, loss: 0.5 } });
      for (let i = 0; i < 50; i++) random.pass(Uint8Array.of(i), 'a', 1, () => passed.push(i));
      return passed;
    };
    expect(await run()).to.deep.equal(await run());
  });
});

describe('faults of a host', () => {
  const fault = { id: 'split', ttlMs: 3000, places: [['10.0.0.2:1'], ['10.0.0.3:1']] };

  it('are lifted by themselves, however often they were renewed', async () => {
    const network = new VirtualNetwork(1);
    const host = new HostFaults(network);
    host.set({ ...fault, rules: { a: { deafTo: [0, 1] }, b: { deafTo: [1] } } });
    await network.clock.advance(2000);
    host.set({ ...fault, rules: { a: { deafTo: [0] } } });
    expect(host.of('a').isClear).to.equal(false);
    expect(host.of('b').isClear, 'the new one is for a alone').to.equal(true);
    await network.clock.advance(2000);
    expect(host.of('a').isClear).to.equal(false);
    await network.clock.advance(1001);
    expect(host.of('a').isClear).to.equal(true);
  });

  it('are lifted one by one, or all at once', () => {
    const network = new VirtualNetwork(1);
    const host = new HostFaults(network);
    host.set({ ...fault, id: 'one', rules: { a: { deafTo: [0] } } });
    host.set({ ...fault, id: 'two', rules: { a: { degradation: noDegradation } } });
    host.lift('one');
    host.lift('none');
    expect(host.of('a').isClear).to.equal(false);
    host.liftAll();
    expect(host.of('a').isClear).to.equal(true);
  });
});
