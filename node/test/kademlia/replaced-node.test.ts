import { expect } from 'chai';
import { type Contact, createTestnet, KademliaNode, NodeId, type Testnet } from '../../src/index.js';
import type { VirtualNetwork } from '../../src/wire/virtual.js';

describe('a node that comes back at its address with another id', () => {
  let net: Testnet;
  afterEach(() => net.close());

  it('is known under the new one only, a few seconds later', async () => {
    net = await createTestnet(100, { seed: 8 });
    const [first, old] = [net.nodes[0], net.nodes[40]] as [KademliaNode, KademliaNode];
    const holders = ({ id }: { id: NodeId }) =>
      net.nodes.filter((node) => node !== old && node.table.contacts().some((c) => c.id.equals(id)));
    expect(holders(old).length).to.be.above(30);
    old.close();
    const transport = await (net.network as VirtualNetwork).bind(old.address, old.port);
    const id = NodeId.fromName('again');
    const again = new KademliaNode({ ...old.parts, transport }, { id, parameters: old.parameters });
    net.nodes[40] = again;
    const entry = await net.run(again.contactAt(first.address, first.port));
    await net.run(again.join([entry as Contact]));
    await net.network?.clock.advance(3000);
    const still = holders(old);
    // Those that it has spoken to since; the others find out as they always did.
    const told = new Set(again.table.contacts().map((contact) => contact.id.hex));
    expect(still.filter((node) => told.has(node.id.hex))).to.deep.equal([]);
    expect(holders(again).length).to.be.above(20);
  });
});
