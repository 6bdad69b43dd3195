import { expect } from 'chai';
import fc from 'fast-check';
import { CACHE_TTL_MS, type CachedNode, isReliable, NodeCache } from '../../src/discovery/cache.js';
import { Contact, NodeId, SeededRandom, VirtualClock } from '../../src/index.js';

const random = new SeededRandom(4);
const contacts = Array.from(
  { length: 40 },
  (_, i) => new Contact(NodeId.random(random), '10.0.0.1', 7000 + i),
);
const at = (index: number) => contacts[index] as Contact;

/** What can happen to one of the nodes; `pass` lets some time go by. */
const happening = fc.record({
  what: fc.constantFrom('named', 'answered', 'heard', 'failed', 'delete', 'pass'),
  node: fc.nat(contacts.length - 1),
  ms: fc.nat(CACHE_TTL_MS),
});

describe('the cache of discovered nodes', () => {
  it('never holds more than its limit, nothing twice, and gives nothing that has expired', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 120 }),
        fc.integer({ min: 1, max: 20 }),
        async (all, limit) => {
          const clock = new VirtualClock();
          const cache = new NodeCache(clock, limit);
          for (const { what, node, ms } of all) {
            if (what === 'pass') await clock.advance(ms / 10);
            else cache[what](at(node));
            expect(cache.size).to.be.at.most(limit);
            const fresh = cache.fresh();
            expect(new Set(fresh.map(({ contact }) => contact.id.hex)).size).to.equal(fresh.length);
            for (const [i, { confirmedAtMs, score }] of fresh.entries()) {
              expect(clock.now() - confirmedAtMs).to.be.below(CACHE_TTL_MS);
              expect(score).to.be.within(0, fresh[i - 1]?.score ?? 1);
            }
          }
        },
      ),
    );
  });

  it('lets an answer raise the score and a failure lower it, whatever came before', () => {
    const outcomes = fc.array(fc.boolean(), { maxLength: 50 });
    fc.assert(
      fc.property(outcomes, (before) => {
        const cache = new NodeCache(new VirtualClock());
        cache.named(at(0));
        for (const answered of before) answered ? cache.heard(at(0)) : cache.failed(at(0));
        const score = () => cache.get(at(0))?.score as number;
        const first = score();
        cache.failed(at(0));
        const lower = score();
        expect(lower).to.be.below(first);
        cache.heard(at(0));
        expect(score()).to.be.within(lower, 1);
        expect(score()).to.be.above(lower);
      }),
    );
  });

  it('gives up a node that fails until it is heard from; one that fails often, for longer', () => {
    const cache = new NodeCache(new VirtualClock());
    const reliable = () => isReliable(cache.get(at(0)) as CachedNode);
    cache.named(at(0));
    expect(reliable()).to.equal(true);
    cache.failed(at(0));
    expect(reliable()).to.equal(false);
    cache.heard(at(0));
    expect(reliable()).to.equal(true);
    for (let i = 0; i < 5; i++) cache.failed(at(0));
    cache.heard(at(0));
    expect(reliable()).to.equal(false);
    for (let i = 0; i < 5; i++) cache.answered(at(0));
    expect(reliable()).to.equal(true);
  });

  it('makes room by the node met longest ago', () => {
    const cache = new NodeCache(new VirtualClock(), 3);
    for (const index of [0, 1, 2, 0, 3]) cache.answered(at(index));
    expect(cache.fresh().map(({ contact }) => contactIndex(contact))).to.have.members([0, 2, 3]);
  });

  it('takes 10,000 nodes and no more', () => {
    const cache = new NodeCache(new VirtualClock());
    for (let i = 0; i < 10_050; i++) cache.named(new Contact(NodeId.fromName(`${i}`), '10.0.0.1', 7000));
    expect(cache.size).to.equal(10_000);
  });

  it('forgets after ten minutes without a sign of life; being named again is none', async () => {
    const clock = new VirtualClock();
    const cache = new NodeCache(clock);
    cache.answered(at(0));
    cache.answered(at(1));
    await clock.advance(CACHE_TTL_MS - 1000);
    cache.named(at(0));
    cache.heard(at(1));
    await clock.advance(1000);
    expect(cache.fresh().map(({ contact }) => contactIndex(contact))).to.deep.equal([1]);
  });

  it('holds a node that has moved under its new address only', () => {
    const cache = new NodeCache(new VirtualClock());
    const moved = new Contact(at(0).id, '10.0.0.2', 7000);
    cache.answered(at(0));
    cache.heard(moved);
    cache.delete(moved);
    expect(cache.get(at(0))?.contact).to.equal(at(0));
    cache.answered(moved);
    expect(cache.fresh().map(({ contact }) => contact)).to.deep.equal([moved]);
  });
});

function contactIndex(contact: Contact): number {
  return contacts.indexOf(contact);
}
