import { expect } from 'chai';
import { crawl, createTestnet, type KademliaNode, type Testnet } from '../../src/index.js';

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

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const walk = crawl(fresh, { signal: stop.signal, onFound: () => stop.abort() });
    expect((await net.run(walk)).length).to.be.below(299);
  });
});
