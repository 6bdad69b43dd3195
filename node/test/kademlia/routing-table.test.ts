import { expect } from 'chai';
import fc from 'fast-check';
import {
  AddressBook,
  Contact,
  commonPrefixBits,
  compareDistance,
  NodeId,
  RoutingTable,
  VirtualClock,
} from '../../src/index.js';

const own = NodeId.fromName('own');
const contactNamed = (name: string) => new Contact(NodeId.fromName(name), '127.0.0.1', 7000);

/** Contacts whose ids share no bit with the own one: all of them belong to the first bucket. */
function farContacts(count: number): Contact[] {
  const far: Contact[] = [];
  for (let i = 0; far.length < count; i++) {
    const contact = contactNamed(`far-${i}`);
    if (commonPrefixBits(own, contact.id) === 0) far.push(contact);
  }
  return far;
}

describe('RoutingTable', () => {
  let clock: VirtualClock;
  let table: RoutingTable;
  let book: AddressBook;

  beforeEach(() => {
    clock = new VirtualClock();
    book = new AddressBook();
    table = new RoutingTable(own, { clock, book }, 4);
  });

  it('never holds itself', () => {
    table.see(new Contact(own, '127.0.0.1', 7000));
    expect(table.size).to.equal(0);
  });

  it('splits only towards the own id', () => {
    for (let i = 0; i < 500; i++) table.see(contactNamed(`n${i}`));
    const perBucket = new Map<number, number>();
    for (const contact of table.contacts()) {
      const bits = Math.min(commonPrefixBits(own, contact.id), table.bucketCount - 1);
      perBucket.set(bits, (perBucket.get(bits) ?? 0) + 1);
    }
    expect(Math.max(...perBucket.values())).to.equal(4);
    expect(table.bucketCount).to.be.within(6, 14);
  });

  it('keeps the nearest of all contacts ever seen', () => {
    const all = Array.from({ length: 500 }, (_, i) => contactNamed(`n${i}`));
    for (const contact of all) table.see(contact);
    const nearest = [...all].sort((a, b) => compareDistance(own, a.id, b.id)).slice(0, 4);
    expect(table.closest(own, 4).map((c) => c.id.hex)).to.deep.equal(nearest.map((c) => c.id.hex));
  });

  it('answers the nearest of what it holds, for any target', () => {
    for (let i = 0; i < 300; i++) table.see(contactNamed(`n${i}`));
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (name, count) => {
        const target = NodeId.fromName(name);
        const expected = table
          .contacts()
          .sort((a, b) => compareDistance(target, a.id, b.id))
          .slice(0, count);
        expect(table.closest(target, count)).to.deep.equal(expected);
      }),
    );
  });

  it('leaves out the asker and the suspects', () => {
    const [a, b] = [contactNamed('a'), contactNamed('b')];
    table.see(a);
    table.see(b);
    table.suspect(b);
    expect(table.closest(own, 4)).to.deep.equal([a]);
    expect(table.closest(own, 4, a.id)).to.deep.equal([]);
    expect(table.closest(own, 4, undefined, true)).to.have.length(2);
    table.see(b);
    expect(table.closest(own, 4)).to.have.length(2);
  });

  it('names the least recently seen contact of a full bucket, and keeps the newcomer in reserve', () => {
    const [a, b, c, d, e] = farContacts(5) as [Contact, Contact, Contact, Contact, Contact];
    for (let i = 0; table.bucketCount < 2; i++) table.see(contactNamed(`split-${i}`));
    while (table.size > 0) table.remove(table.contacts()[0] as Contact);
    for (const contact of [a, b, c, d]) table.see(contact);
    table.see(a);
    const sighting = table.see(e);
    expect(sighting.kind).to.equal('full');
    expect(sighting.kind === 'full' && sighting.oldest.contact).to.equal(b);
    expect(table.has(e)).to.equal(false);
    table.remove(b);
    expect(table.has(e)).to.equal(true);
  });

  it('knows how long ago a replacement was heard from, and forgets one that leaves a request unanswered', async () => {
    const [a, b, c, d, e, f] = farContacts(6) as [Contact, Contact, Contact, Contact, Contact, Contact];
    for (let i = 0; table.bucketCount < 2; i++) table.see(contactNamed(`split-${i}`));
    while (table.size > 0) table.remove(table.contacts()[0] as Contact);
    for (const contact of [a, b, c, d]) table.see(contact);
    table.see(e);
    table.see(f);
    await clock.advance(60_000);
    for (const contact of [a, b, c, d]) table.see(contact);
    expect(table.suspect(f)).to.equal(false);
    expect(table.replacements()).to.deep.equal([e]);
    table.remove(a);
    expect(table.quiet(clock.now() - 30_000)).to.deep.equal([e]);
    expect(table.entriesOf(0)[0]?.contact, 'least recently heard from first').to.equal(e);
  });

  it('gives a known id a new address only when the old one stopped answering', () => {
    const old = contactNamed('mobile');
    const moved = new Contact(old.id, '127.0.0.9', 9);
    table.see(old);
    expect(table.see(moved).kind).to.equal('full');
    expect(table.contacts()[0]?.address).to.equal('127.0.0.1');
    table.suspect(old);
    expect(table.see(moved).kind).to.equal('added');
    expect(table.contacts()[0]?.address).to.equal('127.0.0.9');
  });

  it('stays valid whatever happens and however K changes', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('see' as const), value: fc.nat(400) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), value: fc.nat(400) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('suspect' as const), value: fc.nat(400) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('setK' as const), value: fc.integer({ min: 1, max: 40 }) }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 400 }), fc.string(), (steps, name) => {
        const ownBook = new AddressBook();
        const fresh = new RoutingTable(own, { clock, book: ownBook }, 20);
        const suspects = new Set<string>();
        const seen = new Map<string, Contact>();
        let k = 20;
        for (const { kind, value } of steps) {
          const contact = contactNamed(`n${value}`);
          if (kind === 'setK') {
            k = value;
            fresh.setK(k);
          } else if (kind === 'see') {
            seen.set(contact.id.hex, contact);
            fresh.see(contact);
            suspects.delete(contact.id.hex);
          } else if (kind === 'remove') fresh.remove(contact);
          else if (fresh.suspect(contact)) suspects.add(contact.id.hex);
        }
        const held = fresh.contacts();
        const reserve = fresh.replacements();
        expect(fresh.size).to.equal(held.length);
        expect(new Set([...held, ...reserve].map(({ id }) => id.hex)).size).to.equal(
          held.length + reserve.length,
        );
        let total = 0;
        for (let bucket = 0; bucket < fresh.bucketCount; bucket++) {
          const entries = fresh.entriesOf(bucket);
          expect(entries.length).to.be.at.most(k);
          total += entries.length;
          for (const { contact } of entries) expect(fresh.bucketIndex(contact.id)).to.equal(bucket);
        }
        expect(total).to.equal(held.length);
        for (const contact of seen.values()) {
          const shared = ownBook.find(contact.id.w0, contact.encoded, 0);
          expect(shared?.references ?? 0).to.equal(fresh.has(contact) ? 1 : 0);
        }
        const target = NodeId.fromName(name);
        const trusted = held.filter(
          (contact) =>
            !fresh
              .entriesOf(fresh.bucketIndex(contact.id))
              .some((entry) => entry.contact === contact && entry.suspect),
        );
        for (const contact of held)
          if (!trusted.includes(contact)) expect(suspects.has(contact.id.hex)).to.equal(true);
        for (const [all, withSuspects] of [
          [trusted, false],
          [held, true],
        ] as const) {
          const expected = [...all].sort((a, b) => compareDistance(target, a.id, b.id)).slice(0, k);
          expect(fresh.closest(target, k, undefined, withSuspects)).to.deep.equal(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes its replacements in when K grows', () => {
    for (let i = 0; table.bucketCount < 2; i++) table.see(contactNamed(`split-${i}`));
    for (const contact of farContacts(12)) table.see(contact);
    const inReserve = table.replacements().length;
    expect(inReserve).to.be.above(0);
    const before = table.size;
    table.setK(40);
    expect(table.size).to.equal(before + inReserve);
    expect(table.replacements()).to.have.length(0);
  });

  it('keeps its nearest contacts when K shrinks', () => {
    const wide = new RoutingTable(own, { clock, book }, 40);
    const all = Array.from({ length: 300 }, (_, i) => contactNamed(`n${i}`));
    for (const contact of all) wide.see(contact);
    wide.setK(20);
    const nearest = [...all].sort((a, b) => compareDistance(own, a.id, b.id)).slice(0, 20);
    expect(wide.closest(own, 20).map((c) => c.id.hex)).to.deep.equal(nearest.map((c) => c.id.hex));
  });

  it('gives all contacts back to the address book', () => {
    const contacts = Array.from({ length: 100 }, (_, i) => contactNamed(`n${i}`));
    for (const contact of contacts) table.see(contact);
    table.clear();
    for (const contact of contacts) {
      expect(book.find(contact.id.w0, contact.encoded, 0), contact.id.hex).to.equal(undefined);
    }
  });

  it('knows which buckets no lookup went through', async () => {
    for (let i = 0; i < 200; i++) table.see(contactNamed(`n${i}`));
    await clock.advance(1000);
    const target = farContacts(1)[0] as Contact;
    table.markLookedUp(target.id);
    expect(table.staleBuckets(500)).to.deep.equal(
      Array.from({ length: table.bucketCount - 1 }, (_, i) => i + 1),
    );
  });
});
