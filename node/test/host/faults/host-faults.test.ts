import { expect } from 'chai';
import { HostFaults } from '../../../src/host/faults/host-faults.js';
import { noDegradation } from '../../../src/wire/faults.js';
import { VirtualNetwork } from '../../../src/wire/virtual.js';

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

  it('tell what they have done as long as they are on', async () => {
    const network = new VirtualNetwork(1);
    const host = new HostFaults(network);
    const rules = { a: { deafTo: [0] }, b: { degradation: { ...noDegradation, loss: 1 } }, c: {} };
    await host.set({ ...fault, rules });
    for (const name of ['a', 'b']) {
      host.of(name).pass(Uint8Array.of(1), '10.0.0.2', 1, () => expect.fail('is not delivered'));
      host.of(name).pass(Uint8Array.of(1), '10.0.0.3', 1, () => {});
    }
    expect(host.of('c').isClear, 'it costs nothing where there is nothing to do').to.equal(true);
    expect(host.effects('split')).to.include({ heard: 4, dropped: 3, crashes: 0, portsTaken: 0 });
    expect(host.effects('none')).to.equal(undefined);
    await network.clock.advance(3001);
    expect(host.effects('split')).to.equal(undefined);
  });
});
