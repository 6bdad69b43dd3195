import { expect } from 'chai';
import fc from 'fast-check';
import { idKey } from '../../src/control/packed-ids.js';
import { GroundTruth } from '../../src/coordinator/ground-truth.js';
import { NodeId } from '../../src/kademlia/id.js';

const id = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => new NodeId(bytes));
const xor = (a: NodeId, b: NodeId) => BigInt(`0x${a.hex}`) ^ BigInt(`0x${b.hex}`);

describe('GroundTruth', () => {
  it('finds the true nearest', () => {
    const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 60, selector: (each) => each.hex });
    fc.assert(
      fc.property(ids, id, fc.integer({ min: 1, max: 30 }), (all, target, count) => {
        const asker = all[0] as NodeId;
        const naive = all
          .slice(1)
          .sort((a, b) => (xor(a, target) < xor(b, target) ? -1 : 1))
          .slice(0, count);
        expect(new GroundTruth(all).nearest(target, count, asker)).to.deep.equal(naive.map(idKey));
      }),
    );
  });

  it('scores what was found', () => {
    const asker = NodeId.fromName('asker');
    const others = Array.from({ length: 9 }, (_, index) => NodeId.fromName(`${index}`));
    const truth = new GroundTruth([asker, ...others]);
    const target = NodeId.fromName('target');
    expect(truth.recall(target, 9, asker, others.map(idKey))).to.equal(1);
    expect(truth.recall(target, 9, asker, others.slice(0, 6).map(idKey))).to.be.closeTo(6 / 9, 1e-9);
    expect(truth.recall(target, 20, asker, others.map(idKey))).to.equal(1);
    expect(truth.recall(target, 20, asker, [])).to.equal(0);
    expect(new GroundTruth([asker]).recall(target, 20, asker, [])).to.equal(1);
  });
});
