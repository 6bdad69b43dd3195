import { expect } from 'chai';
import fc from 'fast-check';
import {
  estimate,
  median,
  quantile,
  robustMean,
  squaredError,
  studentQuantile,
} from '../../src/method/statistics.js';

describe('statistics', () => {
  it("knows Student's quantiles", () => {
    for (const [level, freedom, expected] of [
      [0.95, 1, 12.706],
      [0.95, 2, 4.303],
      [0.95, 3, 3.182],
      [0.95, 10, 2.228],
      [0.99, 4, 4.604],
      [0.99, 8, 3.355],
      [0.99, 30, 2.75],
      [0.99, 1e6, 2.576],
    ] as const)
      expect(studentQuantile(level, freedom), `${level} ${freedom}`).to.be.closeTo(expected, 0.001);
  });

  it('asks for more the fewer values there are, whole or not', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 200, noNaN: true }),
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        (freedom, more) => {
          expect(studentQuantile(0.99, freedom)).to.be.at.least(studentQuantile(0.99, freedom + more) - 1e-3);
        },
      ),
    );
  });

  it('estimates a mean with its interval', () => {
    expect(estimate([5])).to.deep.equal({ mean: 5, interval: null });
    expect(estimate([]).mean).to.be.NaN;
    const { mean, interval } = estimate([9, 10, 11]);
    expect(mean).to.equal(10);
    expect(interval?.[0]).to.be.closeTo(10 - 4.303 / Math.sqrt(3), 0.001);
    expect(interval?.[1]).to.be.closeTo(10 + 4.303 / Math.sqrt(3), 0.001);
  });

  it('has a mean that one value far off does not move', () => {
    const usual = robustMean([10, 11, 9, 10, 12, 8]);
    const disturbed = robustMean([10, 11, 9, 10, 1000, 8]);
    expect(usual.mean).to.equal(10);
    expect(disturbed.mean).to.equal(10);
    expect(disturbed.squaredError).to.equal(usual.squaredError);
    expect(robustMean([1, 3])).to.deep.equal({ mean: 2, squaredError: 1, freedom: 1 });
    expect(robustMean([5])).to.deep.equal({ mean: 5, squaredError: 0, freedom: 0 });
  });

  it('tells quantiles of values in any order', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(quantile([4, 1, 2, 3, 5], 0.75)).to.equal(4);
    expect(quantile([], 0.5)).to.be.NaN;
    expect(squaredError([7])).to.equal(0);
  });
});
