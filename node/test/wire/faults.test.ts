import { expect } from 'chai';
import { type Degradation, NodeFaults, noDatagramEffects, noDegradation } from '../../src/wire/faults.js';
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
  const effects = () => faults.effects('f') ?? noDatagramEffects();
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
    expect(faults.effects('f')).to.equal(undefined);
  });

  it('keep away what comes from certain places, and nothing else', async () => {
    faults.set('cut', { deafTo: new Set(['10.0.0.2:1']) });
    expect(await send(50)).to.equal(0);
    expect(faults.effects('cut')).to.include({ heard: 50, dropped: 50 });
    expect(await send(50, '10.0.0.3')).to.equal(1);
    expect(faults.effects('cut')).to.include({ heard: 100, dropped: 50 });
    faults.lift('cut');
    expect(faults.isClear).to.equal(true);
    heard = [];
    expect(await send(50)).to.equal(1);
  });

  it('lose a share', async () => {
    degrade({ loss: 0.3 });
    expect(await send()).to.be.within(0.65, 0.75);
    expect(effects().heard).to.equal(many);
    expect(effects().dropped + heard.length).to.equal(many);
  });

  it('double a share', async () => {
    degrade({ duplication: 0.2 });
    expect(await send()).to.be.within(1.15, 1.25);
    expect(effects().duplicated).to.equal(heard.length - many);
  });

  it('delay, and spread the delay', async () => {
    degrade({ latencyMs: 50, jitterMs: 20 });
    await send();
    const delays = heard.map(({ bytes: [high = 0, low = 0], atMs }) => atMs - (high * 256 + low));
    expect(Math.min(...delays)).to.be.within(50, 52);
    expect(Math.max(...delays)).to.be.within(68, 70);
    const sum = delays.reduce((total, delay) => total + delay, 0);
    expect(effects().delayed).to.equal(many);
    expect(effects().delayMs).to.be.closeTo(sum, 0.01 * sum);
    expect(effects().delayMs / many).to.be.within(59, 61);
  });

  it('let later ones overtake', async () => {
    degrade({ reordering: 0.1 });
    await send();
    const order = heard.map(({ bytes: [high = 0, low = 0] }) => high * 256 + low);
    const overtaken = order.filter((number, i) => number < (order[i - 1] ?? 0)).length;
    expect(overtaken / many).to.be.within(0.05, 0.12);
    expect(effects().reordered / many).to.be.within(0.08, 0.12);
    expect(effects().delayed).to.equal(effects().reordered);
  });

  it('change a byte, in a copy', async () => {
    degrade({ corruption: 1 });
    const sent = Uint8Array.of(1, 2, 3);
    faults.pass(sent, '10.0.0.2', 1, (bytes) => heard.push({ bytes, atMs: 0 }));
    const bytes = heard[0]?.bytes ?? Uint8Array.of();
    expect([...sent]).to.deep.equal([1, 2, 3]);
    expect([...bytes].filter((byte, i) => byte !== sent[i]).length).to.equal(1);
    expect(effects().corrupted).to.equal(1);
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
    // The second one hears what the first has let through.
    const second = faults.effects('g') ?? noDatagramEffects();
    expect(second.heard).to.equal(many - effects().dropped);
    expect(second.dropped / second.heard).to.be.within(0.45, 0.55);
  });

  it('go on counting when they are replaced, and begin anew when they were lifted', async () => {
    degrade({ loss: 1 });
    await send(50);
    degrade({ loss: 0 });
    await send(50);
    expect(effects()).to.include({ heard: 100, dropped: 50 });
    faults.lift('f');
    expect(faults.effects('f')).to.equal(undefined);
    degrade({});
    await send(50);
    expect(effects()).to.include({ heard: 50, dropped: 0 });
  });

  it('end while datagrams are held back, which still arrive', async () => {
    degrade({ latencyMs: 1000 });
    const peer = await network.bind('10.0.0.2', 1);
    peer.send(Uint8Array.of(1), 1, '10.0.0.1');
    await network.clock.advance(500);
    faults.lift('f');
    await network.clock.advance(600);
    expect(heard.length).to.equal(1);
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
