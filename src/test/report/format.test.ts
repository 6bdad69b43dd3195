import { expect } from 'chai';
import { formatValue } from '../../report/format.js';

describe('report', () => {
  it('writes values as people read them', () => {
    expect(formatValue(0.4219, 's')).to.equal('0.42 s');
    expect(formatValue(125.2, 's')).to.equal('2 min 5 s');
    expect(formatValue(3600, 's')).to.equal('1 h');
    expect(formatValue(172_810, 's')).to.equal('48 h');
    expect(formatValue(3940, 's')).to.equal('1 h 6 min');
    expect(formatValue(97_400_000, 'bytes')).to.equal('97.4 MB');
    expect(formatValue(1_834_000_000, 'bytes')).to.equal('1.83 GB');
    expect(formatValue(0.99931, 'ratio')).to.equal('0.9993');
    expect(formatValue(1, 'ratio')).to.equal('1');
    expect(formatValue(null, 'ms')).to.equal('-');
  });
});
