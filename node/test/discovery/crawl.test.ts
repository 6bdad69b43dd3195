import { expect } from 'chai';
import { Contact, crawl, createTestnet, type KademliaNode, NodeId, type Testnet } from '../../src/index.js';
import { moveNode } from '../support/moved-node.js';

describe('crawl', () => {
  let net: Testnet;
  let fresh: KademliaNode;

  beforeEach(async () => {
    net = await createTestnet(300, { seed: 9 });
    fresh = net.nodes[200] as KademliaNode;
  });

  afterEach(() => net.close());

  it('meets every node, each once', async () => {
    const seen: string[] = [];
    const answered = await net.run(crawl(fresh, { onFound: (contact) => seen.push(contact.id.hex) }));
    expect(new Set(seen).size).to.equal(seen.length);
    expect(seen).to.have.length(299);
    expect(answered).to.have.length(299);
  });

  it('meets a node that was started anew at another address, also where it is known by the old one', async () => {
    const moved = await moveNode(net, 50);
    for (const node of net.nodes.filter((each) => each !== moved).slice(0, 30)) {
      const answered = await net.run(crawl(node));
      expect(answered.some(({ id, address }) => id.equals(moved.id) && address === '127.0.0.2')).to.equal(
        true,
      );
    }
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const walk = crawl(fresh, { signal: stop.signal, onFound: () => stop.abort() });
    expect((await net.run(walk)).length).to.be.below(299);
  });

  /** Lets a node name ever more nodes that do not exist, each at a port of the list in turn. */
  const lie = (liar: KademliaNode, ports: readonly number[]) => {
    let invented = 0;
    const invent = () => {
      const id = NodeId.fromName(`invented ${invented}`);
      return new Contact(id, '127.0.0.1', ports[invented++ % ports.length] as number);
    };
    liar.table.closestProven = () => Array.from({ length: 20 }, invent);
  };
  const idsOf = (contacts: Iterable<{ id: NodeId }>) => new Set([...contacts].map(({ id }) => id.hex));

  it('ends, and answers only with who is there, when a node goes by ever more ids', async () => {
    const liar = net.nodes[30] as KademliaNode;
    lie(liar, [liar.port]);
    const met: Contact[] = [];
    const answered = await net.run(crawl(fresh, { onFound: (contact) => met.push(contact) }));
    expect(met.length).to.be.within(299, 302);
    expect(idsOf([...answered, fresh])).to.deep.equal(idsOf(net.nodes));
  });

  it('finds the nodes at whose places others name more and more', async () => {
    const [liar, ...others] = net.nodes.slice(30) as [KademliaNode, ...KademliaNode[]];
    lie(
      liar,
      others.slice(0, 10).map(({ port }) => port),
    );
    const answered = await net.run(crawl(fresh));
    const missing = [...idsOf(net.nodes)].filter((id) => !idsOf(answered).has(id));
    expect(missing).to.deep.equal([fresh.id.hex]);
  });

  it('meets no more than its limit, beside those that it begins at', async () => {
    const met: Contact[] = [];
    const begun = fresh.table.size;
    await net.run(crawl(fresh, { limit: 50, onFound: (contact) => met.push(contact) }));
    expect(met).to.have.length(begun + 50);
  });
});
