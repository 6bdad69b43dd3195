import { expect } from 'chai';
import { type Sessions, sessionDistributions } from '../../../src/control/faults-api.js';
import { Churn } from '../../../src/host/faults/churn.js';
import { Down } from '../../../src/host/faults/down.js';
import { HostFaults } from '../../../src/host/faults/host-faults.js';
import { Outages } from '../../../src/host/faults/outages.js';
import { sessionTimes } from '../../../src/host/faults/sessions.js';
import { VirtualNetwork } from '../../../src/wire/virtual.js';
import { VirtualLives } from '../../support/virtual-lives.js';

const sessions: Sessions = { distribution: 'exponential', upSeconds: 20, downSeconds: 5, seed: 7 };

describe('times of sessions', () => {
  const take = (count: number, given: Partial<Sessions> = {}, node = 'a') => {
    const times = sessionTimes({ ...sessions, ...given }, node);
    return Array.from({ length: count }, () => times.next().value);
  };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  for (const distribution of sessionDistributions) {
    it(`have the means that were asked for (${distribution})`, () => {
      const times = take(40_000, { distribution });
      expect(mean(times.filter((_, i) => i % 2 === 0)) / 20_000).to.be.within(0.93, 1.07);
      expect(mean(times.filter((_, i) => i % 2 === 1)) / 5000).to.be.within(0.93, 1.07);
    });
  }

  it('have the shape that was asked for', () => {
    const ups = (distribution: Sessions['distribution']) =>
      take(20_000, { distribution }).filter((_, i) => i % 2 === 0);
    const beyond = (times: number[], ms: number) => times.filter((time) => time > ms).length / times.length;
    expect(beyond(ups('exponential'), 20_000)).to.be.closeTo(Math.exp(-1), 0.02);
    expect(beyond(ups('pareto'), 20_000)).to.be.closeTo(0.25, 0.02);
    expect(Math.min(...ups('pareto'))).to.be.at.least(10_000);
    const [first = 0, ...others] = ups('fixed');
    expect(first).to.be.within(0, 20_000);
    expect(new Set(others)).to.deep.equal(new Set([20_000]));
  });

  it('are the same for the same seed and node, and others for another', () => {
    expect(take(20)).to.deep.equal(take(20));
    expect(take(20)).not.to.deep.equal(take(20, { seed: 8 }));
    expect(take(20)).not.to.deep.equal(take(20, {}, 'b'));
  });
});

describe('nodes that come and go', () => {
  const names = Array.from({ length: 200 }, (_, i) => `worker-${i}`);
  let network: VirtualNetwork;
  let lives: VirtualLives;
  let host: HostFaults;

  beforeEach(() => {
    network = new VirtualNetwork(1);
    lives = new VirtualLives(network.clock, names);
    const outages = new Outages(lives);
    const { clock } = network;
    host = new HostFaults({ ...network, parts: [new Down(outages), new Churn({ clock, outages })] });
  });

  const fault = (changes: Partial<Sessions> = {}, hit = names, ttlMs = 1000_000) => ({
    id: 'churn',
    ttlMs,
    places: [],
    rules: Object.fromEntries(hit.map((name) => [name, { churn: { ...sessions, ...changes } }])),
  });

  it('do so as often as was asked for, and are all up when it is over', async () => {
    await host.set(fault({}, names, 500_000));
    expect(lives.down).to.deep.equal([]);
    await network.clock.advance(499_000);
    const effects = host.effects('churn');
    // One crash of each in 25 s; a fifth of them is away.
    expect(effects?.crashes).to.be.within(0.93 * 4000, 1.07 * 4000);
    expect(effects?.down).to.equal(lives.down.length);
    expect(effects?.down).to.be.within(20, 60);
    expect(effects?.restarts).to.equal((effects?.crashes ?? 0) - (effects?.down ?? 0));
    await network.clock.advance(1001);
    expect(lives.down).to.deep.equal([]);
    const { length } = lives.log;
    await network.clock.advance(1000_000);
    expect(lives.log.length, 'no timer is left').to.equal(length);
  });

  it('do not go all at once, though their sessions are fixed', async () => {
    await host.set(fault({ distribution: 'fixed' }));
    await network.clock.advance(10_000);
    expect(lives.log.filter(({ what }) => what === 'crash').length).to.be.within(70, 130);
  });

  it('go the same way with the same seed', async () => {
    await host.set(fault());
    await network.clock.advance(50_000);
    const other = new VirtualNetwork(2);
    const again = new VirtualLives(other.clock, ['worker-3']);
    const outages = new Outages(again);
    const { clock } = other;
    const alone = new HostFaults({ ...other, parts: [new Churn({ clock, outages })] });
    await alone.set(fault({}, ['worker-3']));
    await other.clock.advance(50_000);
    expect(again.log.length).to.be.above(0);
    expect(lives.log.filter(({ name }) => name === 'worker-3')).to.deep.equal(again.log);
  });

  it('go on when the fault is renewed, and stop when it is no longer about them', async () => {
    const hit = names.slice(0, 20);
    await host.set(fault({}, hit));
    await network.clock.advance(60_000);
    const before = lives.log.length;
    await host.set(fault({}, hit));
    expect(lives.log.length).to.equal(before);
    await host.set(fault({}, hit.slice(0, 1)));
    expect(lives.down.filter((name) => name !== hit[0])).to.deep.equal([]);
    const since = lives.log.length;
    await network.clock.advance(200_000);
    expect(new Set(lives.log.slice(since).map(({ name }) => name))).to.deep.equal(new Set([hit[0]]));
  });

  it('never start a node that another fault keeps down', async () => {
    await host.set(fault({ downSeconds: 1 }, ['worker-0']));
    await host.set({
      id: 'kill',
      ttlMs: 400_000,
      places: [],
      rules: { 'worker-0': { down: { keep: false } } },
    });
    await network.clock.advance(399_000);
    expect(lives.times('worker-0')).to.deep.equal(['crash']);
    await host.liftAll();
    expect(lives.times('worker-0')).to.deep.equal(['crash', 'restart']);
  });

  it('do not overlap with restarts that take longer than a session', async () => {
    lives.restartMs = 3000;
    await host.set(fault({ distribution: 'fixed', upSeconds: 1, downSeconds: 1 }, ['worker-0']));
    await network.clock.advance(60_000);
    const order = lives.times('worker-0');
    expect(order.length).to.be.above(10);
    for (const [i, what] of order.entries()) expect(what).to.equal(i % 2 === 0 ? 'crash' : 'restart');
    await Promise.all([host.liftAll(), network.clock.advance(10_000)]);
    expect(lives.down).to.deep.equal([]);
  });
});
