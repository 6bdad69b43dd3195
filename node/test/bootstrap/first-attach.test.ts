import { expect } from 'chai';
import { type VirtualNodes, virtualNodes } from '../support/virtual-nodes.js';

const at = (port: number) => `10.0.0.1:${port}`;
/** Nobody is there. */
const deadPorts = Array.from({ length: 11 }, (_, index) => 101 + index);

describe('the first attachment', () => {
  const joinedAfterMs = async (nodes: VirtualNodes, candidates: number[]): Promise<number> => {
    const { clock } = nodes.network;
    const sinceMs = clock.now();
    const worker = await nodes.create(`worker-${sinceMs}`, 7000, candidates.map(at));
    await clock.run(worker.join());
    expect(worker.state).to.equal('joined');
    worker.crash();
    return clock.now() - sinceMs;
  };

  for (const tier of ['local', 'super'] as const) {
    it(`finds the last living ${tier} nodes among dead ones, soon and every time`, async () => {
      for (let seed = 1; seed <= 10; seed++) {
        const nodes = virtualNodes(seed);
        const first = await nodes.create('first', 1, [], {}, { tier });
        await nodes.network.clock.run(first.join());
        const second = await nodes.create('second', 2, [at(1)], {}, { tier });
        await nodes.network.clock.run(second.join());
        expect(await joinedAfterMs(nodes, [...deadPorts, 1, 2])).to.be.below(15_000);
        first.crash();
        second.crash();
      }
    });
  }

  it('waits for a parent that is late, however much earlier the tier above is ready', async () => {
    const nodes = virtualNodes();
    const { clock } = nodes.network;
    const top = await nodes.create('top', 1, [], {}, { tier: 'super' });
    await clock.run(top.join());
    const worker = await nodes.create('worker', 7000, [2, 3, 1].map(at));
    const joining = worker.join();
    await clock.advance(3000);
    for (const port of [3, 2]) {
      const parent = await nodes.create(`parent-${port}`, port, [at(1)], {}, { tier: 'regional' });
      await clock.run(parent.join());
    }
    await clock.run(joining);
    expect(worker.parent?.port).to.equal(2);
  });
});
