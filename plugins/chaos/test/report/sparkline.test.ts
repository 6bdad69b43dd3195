import { expect } from 'chai';
import fc from 'fast-check';
import { sparkline } from '../../src/report/sparkline.js';

describe('sparklines', () => {
  it('go from the lowest bar to the highest, with a blank where nothing is known', () => {
    expect(sparkline([0, 0.5, null, 1], { min: 0, max: 1 })).to.equal('▁▅ █');
    expect(sparkline([-3, 12], { min: 0, max: 1 })).to.equal('▁█');
    expect(sparkline([], { min: 0, max: 1 })).to.equal('');
    expect(sparkline([5], { min: 5, max: 5 })).to.equal('█');
  });

  it('show the last values', () => {
    expect(sparkline([0, 0, 0, 1], { min: 0, max: 1, last: 2 })).to.equal('▁█');
    expect(sparkline([0, 1], { min: 0, max: 1, last: 9 })).to.equal('▁█');
  });

  it('never draw a higher value lower', () => {
    const value = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((each) =>
          sparkline([each], { min: 0, max: 1 }),
        );
        expect((low as string) <= (high as string)).to.equal(true);
      }),
    );
  });
});
