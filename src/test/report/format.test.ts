import { expect } from 'chai';
import { judge } from '../../gate/gate.js';
import { formatValue } from '../../report/format.js';
import { renderJudgement } from '../../report/verify-table.js';

describe('report', () => {
  it('writes values as people read them', () => {
    expect(formatValue(0.4219, 's')).to.equal('0.42 s');
    expect(formatValue(125.2, 's')).to.equal('2 min 5 s');
    expect(formatValue(97_400_000, 'bytes')).to.equal('97.4 MB');
    expect(formatValue(1_834_000_000, 'bytes')).to.equal('1.83 GB');
    expect(formatValue(0.99931, 'ratio')).to.equal('0.9993');
    expect(formatValue(1, 'ratio')).to.equal('1');
    expect(formatValue(null, 'ms')).to.equal('-');
  });

  it('fits 80 columns and says which metric failed and why', () => {
    const judgement = judge(
      [
        { id: 'memory', value: 5e9 },
        { id: 'bootstrap_time', value: 200, note: 'slow' },
        { id: 'lookup_recall', value: null },
      ],
      50,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: strips the colours.
    const text = renderJudgement('cqkd', 50, judgement).replace(/\u001b\[\d+m/g, '');
    for (const line of text.split('\n')) expect(line.trimEnd().length).to.be.at.most(80);
    expect(text).to.match(/Memory, whole network +5 GB +< 300 MB +fail/);
    expect(text).to.match(/Bootstrap time: slow/);
    expect(text).to.match(/FAIL {2}cqkd, 50 workers/);
  });
});
