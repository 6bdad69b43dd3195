import { encode } from '@msgpack/msgpack';
import { expect } from 'chai';
import fc from 'fast-check';
import { AddressBook, Contact, NodeId } from '../../src/index.js';
import { decodeContacts, encodeContactsResponse } from '../../src/wire/contact-list.js';
import { HEADER_BYTES } from '../../src/wire/datagram.js';

const id = fc.uint8Array({ minLength: 20, maxLength: 20 });
const contact = fc
  .tuple(id, fc.ipV4(), fc.integer({ min: 1, max: 65_535 }))
  .map(([bytes, address, port]) => new Contact(new NodeId(bytes), address, port));
const request = new Uint8Array(HEADER_BYTES + 1);

describe('contact list', () => {
  it('writes the bytes that the MessagePack library writes', () => {
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 35 }), (contacts) => {
        const bytes = encodeContactsResponse(request, contacts);
        const expected = encode(contacts.map((c) => [c.id.bytes, c.address, c.port]));
        expect(Buffer.compare(bytes.subarray(HEADER_BYTES), expected)).to.equal(0);
      }),
    );
  });

  it('reads back what it wrote, with shared objects where the book has them', () => {
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 35 }), fc.nat(35), (contacts, known) => {
        const book = new AddressBook();
        const held = contacts.slice(0, known).map((c) => book.acquire(c));
        const decoded = decodeContacts(encodeContactsResponse(request, contacts), HEADER_BYTES, book);
        expect(decoded).to.have.length(contacts.length);
        contacts.forEach((c, i) => {
          expect(decoded?.[i]?.same(c)).to.equal(true);
        });
        held.forEach((c, i) => {
          expect(decoded?.[i]).to.equal(c);
        });
      }),
    );
  });

  it('survives any bytes', () => {
    const book = new AddressBook();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const decoded = decodeContacts(bytes, 0, book);
        for (const c of decoded ?? []) expect(c.port).to.be.within(1, 65_535);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses every truncation and every trailing byte', () => {
    const book = new AddressBook();
    const contacts = [1, 2, 3].map((i) => new Contact(NodeId.fromName(`n${i}`), '10.0.0.1', 7000 + i));
    const bytes = encodeContactsResponse(request, contacts);
    for (let length = HEADER_BYTES; length < bytes.length; length++) {
      expect(decodeContacts(bytes.subarray(0, length), HEADER_BYTES, book), `length ${length}`).to.equal(
        undefined,
      );
    }
    expect(decodeContacts(Buffer.concat([bytes, Buffer.of(0)]), HEADER_BYTES, book)).to.equal(undefined);
  });

  it('leaves out what is no address or no port', () => {
    const own = NodeId.fromName('x').bytes;
    const bytes = encode([
      [own, '999.1.1.1', 7000],
      [own, 'example.invalid', 7000],
      [own, '127.0.0.1', 0],
      [own, '127.0.0.1', 7000],
    ]);
    expect(decodeContacts(bytes, 0, new AddressBook())).to.have.length(1);
  });
});

describe('AddressBook', () => {
  it('keeps a contact while a table holds it, and no longer', () => {
    const book = new AddressBook();
    const first = book.acquire(new Contact(NodeId.fromName('a'), '127.0.0.1', 1));
    expect(book.acquire(new Contact(NodeId.fromName('a'), '127.0.0.1', 1))).to.equal(first);
    expect(book.get(NodeId.fromName('a'), '127.0.0.1', 1)).to.equal(first);
    expect(book.get(NodeId.fromName('a'), '127.0.0.1', 2)).not.to.equal(first);
    book.release(first);
    expect(book.get(NodeId.fromName('a'), '127.0.0.1', 1)).to.equal(first);
    book.release(first);
    expect(book.get(NodeId.fromName('a'), '127.0.0.1', 1)).not.to.equal(first);
  });

  it('tells ids apart that share their first word', () => {
    const book = new AddressBook();
    const bytes = NodeId.fromName('a').bytes;
    const other = Uint8Array.from(bytes);
    other[19] = (bytes[19] as number) ^ 1;
    const a = book.acquire(new Contact(new NodeId(bytes), '127.0.0.1', 1));
    const b = book.acquire(new Contact(new NodeId(other), '127.0.0.1', 1));
    expect(book.find(a.id.w0, a.encoded, 0)).to.equal(a);
    expect(book.find(b.id.w0, b.encoded, 0)).to.equal(b);
    book.release(a);
    expect(book.find(b.id.w0, b.encoded, 0)).to.equal(b);
    expect(book.find(a.id.w0, a.encoded, 0)).to.equal(undefined);
  });
});
