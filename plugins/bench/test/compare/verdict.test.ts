import { expect } from 'chai';
import fc from 'fast-check';
import { verdictOn } from '../../src/compare/verdict.js';

describe('verdict', () => {
  it('needs the whole interval beyond the effect, or within the limit', () => {
    for (const [interval, expected] of [
      [[0.98, 1.03], 'same'],
      [[0.92, 1.08], 'same'],
      [[0.88, 1.02], "can't tell"],
      [[0.7, 0.92], 'worse'],
      [[0.7, 0.94], "can't tell"],
      [[1.08, 1.3], 'better'],
      [[1.06, 1.3], "can't tell"],
      [null, "can't tell"],
    ] as const)
      expect(verdictOn(interval, 'higher', 10), String(interval)).to.equal(expected);
  });

  it('is the other way round for what is better when it is lower', () => {
    const swap = { better: 'worse', worse: 'better', same: 'same', "can't tell": "can't tell" } as const;
    const bound = fc.double({ min: 0.3, max: 3, noNaN: true });
    fc.assert(
      fc.property(bound, bound, fc.integer({ min: 1, max: 50 }), (a, b, limit) => {
        const interval: [number, number] = a < b ? [a, b] : [b, a];
        expect(verdictOn(interval, 'lower', limit)).to.equal(swap[verdictOn(interval, 'higher', limit)]);
      }),
    );
  });

  it('finds what a narrow limit asks for', () => {
    expect(verdictOn([0.9, 0.96], 'higher', 3)).to.equal('worse');
    expect(verdictOn([0.9, 0.96], 'higher', 10)).to.equal("can't tell");
  });
});
