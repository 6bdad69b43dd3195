import { expect } from 'chai';
import { createTestnet, Discovery, type KademliaNode } from '../../src/index.js';
import { partContext } from '../support/part-context.js';

describe('discovery on real sockets', function () {
  this.timeout(30_000);

  it('finds all, cold and warm, and only the living', async () => {
    const net = await createTestnet(40, { transport: 'udp', seed: 3 });
    const node = net.nodes[7] as KademliaNode;
    const discovery = new Discovery(partContext(node), () => true);
    try {
      expect(await discovery.discover({ count: 1000 })).to.have.length(39);
      const before = node.stats.requestsSent;
      expect(await discovery.discover({ count: 1000, verify: false })).to.have.length(39);
      expect(node.stats.requestsSent).to.equal(before);
      for (const each of net.nodes.slice(20, 30)) each.close();
      discovery.forget();
      expect(await discovery.discover({ count: 1000, verify: true })).to.have.length(29);
    } finally {
      discovery.stop();
      net.close();
    }
  });
});
