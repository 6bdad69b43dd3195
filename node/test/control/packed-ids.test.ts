import { expect } from 'chai';
import fc from 'fast-check';
import { idKey, packIds, unpackIdKeys } from '../../src/control/packed-ids.js';
import { NodeId } from '../../src/kademlia/id.js';

describe('packed ids', () => {
  it('come out as the keys of the ids that went in', () => {
    const id = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => new NodeId(bytes));
    fc.assert(
      fc.property(fc.array(id, { maxLength: 50 }), (ids) => {
        expect(unpackIdKeys(packIds(ids))).to.deep.equal(ids.map(idKey));
      }),
    );
  });

  it('are cut off, not misread, when they are damaged', () => {
    expect(unpackIdKeys('AAAA')).to.deep.equal([]);
  });
});
