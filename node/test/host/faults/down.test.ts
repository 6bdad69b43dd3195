import { expect } from 'chai';
import { Down } from '../../../src/host/faults/down.js';
import { HostFaults } from '../../../src/host/faults/host-faults.js';
import { Outages } from '../../../src/host/faults/outages.js';
import { VirtualNetwork } from '../../../src/wire/virtual.js';
import { VirtualLives } from '../../support/virtual-lives.js';

describe('nodes that are down on behalf of a fault', () => {
  let network: VirtualNetwork;
  let lives: VirtualLives;
  let host: HostFaults;

  beforeEach(() => {
    network = new VirtualNetwork(1);
    lives = new VirtualLives(network.clock, ['a', 'b', 'c']);
    host = new HostFaults({ ...network, parts: [new Down(new Outages(lives))] });
  });

  const fault = (id: string, names: string[], { keep = false, ttlMs = 3000 } = {}) => ({
    id,
    ttlMs,
    places: [],
    rules: Object.fromEntries(names.map((name) => [name, { down: { keep } }])),
  });

  it('crash, and come up when their time is over', async () => {
    await host.set(fault('kill', ['a', 'b', 'nobody']));
    expect(lives.down).to.deep.equal(['a', 'b']);
    expect(host.effects('kill')).to.include({ crashes: 2, restarts: 0, down: 2 });
    await network.clock.advance(2999);
    expect(lives.down).to.deep.equal(['a', 'b']);
    await network.clock.advance(2);
    expect(lives.down).to.deep.equal([]);
  });

  it('stay down when they are to be kept', async () => {
    await host.set(fault('kill', ['a'], { keep: true }));
    await host.set(fault('other', ['b']));
    await host.liftAll();
    expect(lives.down).to.deep.equal(['a']);
  });

  it('are left alone when somebody has started them anew, or they were down before', async () => {
    lives.crash('b');
    await host.set(fault('kill', ['a', 'b']));
    await lives.restart(['a']);
    expect(host.effects('kill')).to.include({ crashes: 1, down: 0 });
    lives.crash('a');
    await host.lift('kill');
    expect(lives.down).to.deep.equal(['a', 'b']);
    expect(lives.times('a')).to.deep.equal(['crash', 'restart', 'crash']);
  });

  it('crash once however often the fault is put on, and come up when it is no longer about them', async () => {
    await host.set(fault('kill', ['a', 'b']));
    await host.set(fault('kill', ['b', 'c']));
    expect(lives.down).to.deep.equal(['b', 'c']);
    expect(lives.times('b')).to.deep.equal(['crash']);
    expect(host.effects('kill')).to.include({ crashes: 3, restarts: 1, down: 2 });
  });

  it('come up with the last of several faults', async () => {
    await host.set(fault('one', ['a']));
    await host.set(fault('two', ['a', 'b']));
    expect(host.effects('two')).to.include({ crashes: 1, down: 2 });
    await host.lift('one');
    expect(lives.down).to.deep.equal(['a', 'b']);
    await host.lift('two');
    expect(lives.down).to.deep.equal([]);
    expect(lives.times('a')).to.deep.equal(['crash', 'restart']);
  });

  it('go down again when a fault asks for it while they are started', async () => {
    lives.restartMs = 100;
    await host.set(fault('one', ['a']));
    const lifted = host.lift('one');
    await host.set(fault('two', ['a']));
    await network.clock.advance(200);
    await lifted;
    expect(lives.times('a')).to.deep.equal(['crash', 'restart', 'crash']);
    expect(host.effects('two')).to.include({ crashes: 1, down: 1 });
    await Promise.all([host.lift('two'), network.clock.advance(200)]);
    expect(lives.down).to.deep.equal([]);
  });
});
