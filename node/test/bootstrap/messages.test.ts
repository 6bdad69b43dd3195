import { expect } from 'chai';
import fc from 'fast-check';
import {
  attachStatuses,
  decodeAttachAnswer,
  decodeAttachSelf,
  encodeAttach,
  encodeAttachAnswer,
  packedKeyOf,
} from '../../src/bootstrap/attach-message.js';
import {
  decodeRing,
  decodeRingAnswer,
  encodeRing,
  encodeRingAnswer,
} from '../../src/bootstrap/ring-message.js';
import type { Tier } from '../../src/control/api.js';
import { NodeId } from '../../src/index.js';
import { HEADER_BYTES } from '../../src/wire/datagram.js';
import { decodeRequest } from '../../src/wire/request.js';

const id = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => new NodeId(bytes));
const place = fc
  .tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }))
  .map(([address, port]) => `${address}:${port}`);
const tier = fc.constantFrom<Tier>('super', 'regional', 'local', 'worker');
const datagram = (payload: Uint8Array) => Buffer.concat([new Uint8Array(HEADER_BYTES), payload]);
const news = fc.array(
  fc.record({
    place,
    attached: fc.nat(0xffff),
    capacity: fc.nat(0xffff),
    ageMs: fc.nat(600).map((steps) => steps * 100),
  }),
  { maxLength: 64 },
);

describe('messages of the bootstrap nodes', () => {
  it('survive encoding and decoding', () => {
    const self = fc.record({ tier, region: fc.string(), home: fc.oneof(place, fc.constant('')) });
    fc.assert(
      fc.property(id, id, self, (own, key, about) => {
        const request = decodeRequest(datagram(encodeAttach(own, key, 'attach', about)));
        expect(request?.name).to.equal('cqkd_attach');
        expect(request?.sender?.equals(own)).to.equal(true);
        expect(request?.key?.equals(key)).to.equal(true);
        expect(decodeAttachSelf(request?.rest ?? new Uint8Array())).to.deep.equal(about);
      }),
    );
    const answer = fc.record({
      id,
      status: fc.constantFrom(...attachStatuses),
      tier,
      attached: fc.nat(),
      capacity: fc.nat(),
      places: fc.array(place, { maxLength: 8 }),
    });
    fc.assert(
      fc.property(answer, (given) => {
        expect(decodeAttachAnswer(datagram(encodeAttachAnswer(given)))).to.deep.equal(given);
      }),
    );
    fc.assert(
      fc.property(id, id, news, fc.boolean(), (own, key, given, ready) => {
        const request = decodeRequest(datagram(encodeRing(own, key, given)));
        expect(decodeRing(request?.rest ?? new Uint8Array())).to.deep.equal(given);
        const bytes = encodeRingAnswer({ id: own, ready, news: given });
        expect(decodeRingAnswer(datagram(bytes))).to.deep.equal({ id: own, ready, news: given });
      }),
    );
  });

  it('fit one frame with a whole tier in them', () => {
    const all = Array.from({ length: 64 }, (_, index) => ({
      place: `127.0.0.1:${5698 + index}`,
      attached: 50,
      capacity: 100,
      ageMs: 12_000,
    }));
    expect(encodeRing(NodeId.fromName('a'), packedKeyOf(''), all).length).to.be.below(1400);
  });

  it('refuse what is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const decode of [decodeAttachAnswer, decodeRingAnswer]) {
          const answer = decode(datagram(bytes));
          expect(answer === undefined || answer.id instanceof NodeId).to.equal(true);
        }
        decodeAttachSelf(bytes);
        decodeRing(bytes);
      }),
    );
  });
});
