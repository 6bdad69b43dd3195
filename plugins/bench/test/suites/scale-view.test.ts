import { expect } from 'chai';
import type { Cost } from '../../src/suites/cost-fit.js';
import { costCurves, costNotes } from '../../src/suites/scale-view.js';

const cost = (nodes: number, cpuUs: number): Cost => ({
  nodes,
  requests: 20,
  cpuUs,
  throughput: 1e6 / cpuUs,
  hops: 1.4,
});

describe('scale, for people', () => {
  it('says how far a prediction was off', () => {
    const [note] = costNotes({
      near: cost(1000, 900),
      distant: cost(10_000, 1000),
      measured: cost(1000, 1000),
      cores: 2,
    });
    expect(note)
      .to.contain('predicted 10 % too low (900 us, measured 1000 us)')
      .and.to.contain('a second 11 % too high');
  });

  it('says whether the targets will hold', () => {
    const outlook = (cpuUs: number) =>
      costNotes({ near: cost(1000, 1), distant: cost(10_000, cpuUs), measured: null, cores: 2 }).join();
    expect(outlook(1000))
      .to.contain('50 % of the 2 cores')
      .and.to.contain('70 % for 1000 workers would still hold');
    expect(outlook(2000))
      .to.contain('100 % of the 2 cores')
      .and.to.contain('would not hold: it takes 3 such cores');
  });

  it('draws what was measured and the line through it', () => {
    const [curve] = costCurves([cost(15, 300)], [cost(15, 310), cost(1000, 900)]);
    expect(curve?.x.scale).to.equal('log');
    expect(curve?.lines.map(({ kind, points }) => [kind, points])).to.deep.equal([
      ['measured', [[15, 300]]],
      [
        'predicted',
        [
          [15, 310],
          [1000, 900],
        ],
      ],
    ]);
  });
});
