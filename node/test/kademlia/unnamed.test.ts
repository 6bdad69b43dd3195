import { expect } from 'chai';
import { ID_BYTES, NodeId } from '../../src/kademlia/id.js';
import { unnamedNear } from '../../src/kademlia/unnamed.js';

/** An id that begins with these bits; all others are 0. */
function id(bits: string): NodeId {
  const digits = bits.padEnd(8, '0');
  return new NodeId(new Uint8Array(ID_BYTES).fill(Number.parseInt(digits, 2), 0, 1));
}

const target = id('0000');
const hexes = (ids: NodeId[]) => ids.map(({ hex }) => hex);
/** Three subtrees: 1, then 3, then 4 nodes. */
const named = ['0001', '0010', '00101', '0011', '0100', '0101', '0110', '0111'].map(id);

describe('what answers had no room for', () => {
  it('is nothing while there is room for all', () => {
    expect(unnamedNear(target, named, 8, undefined)).to.deep.equal([]);
  });

  it('lies in each subtree from the first one on that was not named to its end', () => {
    expect(hexes(unnamedNear(target, named, 7, undefined))).to.deep.equal(hexes([id('01'), id('1')]));
    expect(hexes(unnamedNear(target, named, 4, undefined))).to.deep.equal(hexes([id('01'), id('1')]));
  });

  it('lies deeper in a subtree that holds too many itself', () => {
    expect(hexes(unnamedNear(target, named, 3, undefined))).to.deep.equal(
      hexes([id('001'), id('01'), id('011'), id('1')]),
    );
  });

  it('is not wanted beyond the farthest that is', () => {
    expect(hexes(unnamedNear(target, named, 4, id('0111')))).to.deep.equal(hexes([id('01')]));
  });
});
