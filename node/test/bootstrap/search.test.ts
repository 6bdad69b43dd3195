import { expect } from 'chai';
import type { DhtNode, DhtNodeInit } from '../../src/dht-node.js';
import { type VirtualNodes, virtualNodes } from '../support/virtual-nodes.js';

const at = (port: number) => `10.0.0.1:${port}`;

describe('the search for a bootstrap node', () => {
  let nodes: VirtualNodes;
  const pass = (seconds: number) => nodes.network.clock.advance(seconds * 1000);
  const join = async (port: number, candidates: number[], more: Partial<DhtNodeInit> = {}) => {
    const node = await nodes.create(`node-${port}`, port, candidates.map(at), {}, { tier: 'local', ...more });
    await nodes.network.clock.run(node.join().catch(() => {}));
    return node;
  };

  /** Beside a top node: one that is full and stays so, and one with room. */
  let open: DhtNode;
  beforeEach(async () => {
    nodes = virtualNodes();
    await join(1, []);
    await join(2, [1], { capacity: 1 });
    await join(3, [2], { tier: 'worker' });
    open = await join(4, [1]);
  });

  for (const candidates of [
    [4, 2],
    [2, 4],
  ]) {
    it(`takes an orphan back to the one that returns while the other is full: ${candidates}`, async () => {
      const orphan = await join(5, candidates, { tier: 'worker' });
      expect(orphan.parent?.port).to.equal(4);
      await pass(20);
      open.crash();
      await pass(120);
      expect(orphan.parent).to.equal(undefined);
      open = await join(4, [1]);
      await pass(60);
      expect(orphan.parent?.port).to.equal(4);
    });

    it(`takes a newcomer to the one that returns while the other is full: ${candidates}`, async () => {
      open.crash();
      const newcomer = await join(5, candidates, { tier: 'worker' });
      await pass(120);
      expect(newcomer.state).to.equal('failed');
      open = await join(4, [1]);
      await pass(60);
      expect(newcomer.state).to.equal('joined');
      expect(newcomer.parent?.port).to.equal(4);
    });
  }
});
