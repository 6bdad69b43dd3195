import { encode } from '@msgpack/msgpack';
import { expect } from 'chai';
import fc from 'fast-check';
import { NodeId } from '../../src/index.js';
import { HEADER_BYTES } from '../../src/wire/datagram.js';
import { decodeRequest, encodeRequest, Packed } from '../../src/wire/request.js';

const id = fc.uint8Array({ minLength: 20, maxLength: 20 });
const value = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.uint8Array());
const framed = (payload: Uint8Array) => Buffer.concat([Buffer.alloc(HEADER_BYTES), payload]);

describe('requests on the wire', () => {
  it('are the bytes that the MessagePack library writes', () => {
    fc.assert(
      fc.property(id, id, value, (sender, key, v) => {
        const payload = encodeRequest('store', new NodeId(sender), new NodeId(key), Packed.of(v));
        expect(Buffer.compare(payload, encode(['store', [sender, key, v]]))).to.equal(0);
      }),
    );
  });

  it('are read back, whatever the arguments', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 15 }),
        id,
        fc.array(value, { maxLength: 5 }),
        (name, sender, rest) => {
          const request = decodeRequest(framed(encode([name, [sender, 42, ...rest]])));
          expect(request?.sender?.equals(new NodeId(sender))).to.equal(true);
          expect(request?.key).to.equal(undefined);
          expect(
            Buffer.compare(request?.rest as Uint8Array, Buffer.concat([42, ...rest].map((v) => encode(v)))),
          ).to.equal(0);
        },
      ),
    );
  });

  it('are understood in forms that no usual encoder writes', () => {
    const own = NodeId.fromName('x');
    // array 16, string 8, binary 16: longer than need be, but valid.
    const odd = Buffer.concat([Buffer.from('dc0002d90470696e67dc0001c50014', 'hex'), own.bytes]);
    const request = decodeRequest(framed(odd));
    expect(request?.name).to.equal('ping');
    expect(request?.sender?.equals(own)).to.equal(true);
  });

  it('survive any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const request = decodeRequest(framed(bytes));
        expect(request === undefined || typeof request.name === 'string').to.equal(true);
      }),
      { numRuns: 5000 },
    );
  });
});
