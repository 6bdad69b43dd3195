import { expect } from 'chai';
import fc from 'fast-check';
import { commonPrefixBits, compareDistance, NodeId, SeededRandom } from '../../src/index.js';
import { randomIdSharing } from '../../src/kademlia/id.js';

const id = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => new NodeId(bytes));
const value = (n: NodeId) => BigInt(`0x${n.hex}`);

describe('NodeId', () => {
  it('is the SHA-1 of a name', () => {
    expect(NodeId.fromName('hello').hex).to.equal('aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d');
    expect(NodeId.fromName('è').hex).to.equal(NodeId.fromName('\u00e8').hex);
  });

  it('refuses what is no id', () => {
    expect(() => NodeId.fromHex('abc')).to.throw('Expected an id of 40 hexadecimal digits, got "abc"');
  });

  it('orders by XOR distance like big integers do', () => {
    fc.assert(
      fc.property(id, id, id, (target, a, b) => {
        const [da, db] = [value(a) ^ value(target), value(b) ^ value(target)];
        const expected = da < db ? -1 : da > db ? 1 : 0;
        expect(Math.sign(compareDistance(target, a, b))).to.equal(expected);
      }),
    );
  });

  it('round-trips bytes and hexadecimal digits', () => {
    fc.assert(fc.property(id, (a) => NodeId.fromHex(a.hex).equals(a) && new NodeId(a.bytes).equals(a)));
  });

  it('makes ids that share exactly so many bits', () => {
    const random = new SeededRandom(1);
    fc.assert(
      fc.property(id, fc.integer({ min: 0, max: 159 }), (a, bits) => {
        expect(commonPrefixBits(a, randomIdSharing(a, bits, random))).to.equal(bits);
      }),
    );
  });
});
