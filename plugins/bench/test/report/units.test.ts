import { expect } from 'chai';
import {
  formatChange,
  formatFigure,
  formatHalfWidth,
  formatRatio,
  formatRatioInterval,
  percentileName,
} from '../../src/report/units.js';

describe('figures of a benchmark, written', () => {
  const figures = [
    [0.84236, 'ms', '0.842 ms'],
    [12_345, 'ms', '12.3 s'],
    [1.618, 'us', '1.62 µs'],
    [15_300, 'us', '15.3 ms'],
    [2.0449, 'seconds', '2.04 s'],
    [75, 'seconds', '1 min 15 s'],
    [12_418.6, 'per_second', '12,419/s'],
    [38.06, 'per_second', '38.1/s'],
    [612, 'bytes', '612 B'],
    [52_310, 'bytes', '52.3 kB'],
    [131_000_000, 'bytes', '131 MB'],
    [2.5e9, 'bytes', '2.5 GB'],
    [99.456, 'percent', '99.5 %'],
    [0.99985, 'ratio', '0.9999'],
    [1, 'ratio', '1'],
    [10_000, 'count', '10,000'],
    [0, 'count', '0'],
  ] as const;
  for (const [value, unit, text] of figures) {
    it(`${value} ${unit} is ${text}`, () => {
      expect(formatFigure(value, unit)).to.equal(text);
    });
  }

  it('have half of their interval beside them, where there is one', () => {
    expect(formatHalfWidth({ interval: [1180, 1220], unit: 'per_second' })).to.equal('± 20/s');
    expect(formatHalfWidth({ interval: [1.57951, 1.66049], unit: 'us' })).to.equal('± 0.04 µs');
    expect(formatHalfWidth({ interval: null, unit: 'us' })).to.equal('-');
  });

  it('are held against others as a ratio, or as what has changed', () => {
    expect(formatRatio(1.04218)).to.equal('× 1.042');
    expect(formatRatio(1004.2)).to.equal('× 1,004');
    expect(formatRatioInterval([0.98, 1.1036])).to.equal('0.980 to 1.104');
    expect(formatRatioInterval(null)).to.equal('-');
    expect([1.2656, 0.8, 1.042, 1.0001].map(formatChange)).to.deep.equal(['+27 %', '-20 %', '+4.2 %', '0 %']);
  });

  it('have percentiles that are named as usual', () => {
    expect([50, 99.9, 99.99, 100].map(percentileName)).to.deep.equal(['p50', 'p99.9', 'p99.99', 'max']);
  });
});
