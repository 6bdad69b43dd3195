import { expect } from 'chai';
import { crawl, createTestnet, discover, type KademliaNode, type Testnet } from '../../src/index.js';

describe('discovery', () => {
  let net: Testnet;
  let fresh: KademliaNode;

  beforeEach(async () => {
    net = await createTestnet(300, { seed: 9 });
    fresh = net.nodes[200] as KademliaNode;
  });

  afterEach(() => net.close());

  it('crawls every node, each once', async () => {
    const seen: string[] = [];
    const answered = await net.run(crawl(fresh, { onFound: (contact) => seen.push(contact.id.hex) }));
    expect(new Set(seen).size).to.equal(seen.length);
    expect(seen).to.have.length(299);
    expect(answered).to.have.length(299);
  });

  it('returns everything that answered, not just the number asked for', async () => {
    const found = await net.run(discover(fresh, { count: 50 }));
    expect(found.length).to.be.within(1, 299);
    expect((await net.run(discover(fresh, { count: 10_000 }))).length).to.equal(299);
  });

  it('leaves the dead out', async () => {
    for (const node of net.nodes.slice(0, 60)) if (node !== fresh) node.close();
    const found = await net.run(discover(fresh, { count: 1000 }));
    expect(found).to.have.length(239);
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const walk = crawl(fresh, { signal: stop.signal, onFound: () => stop.abort() });
    expect((await net.run(walk)).length).to.be.below(299);
  });
});
