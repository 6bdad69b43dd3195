import { expect } from 'chai';
import type { Sample } from '../../src/experiment/results.js';
import { liveTitle } from '../../src/report/live-title.js';
import { samplesOfHalves } from '../support/chaos-result.js';

const sample = (side: string, recall: number | null, storePercent: number | null): Sample => ({
  at: 1,
  phase: 'during',
  side,
  recall,
  storePercent,
});

describe('title of a phase while it lasts', () => {
  it('is its name alone before anything was measured', () => {
    expect(liveTitle('during', [])).to.equal('each side by itself');
    expect(liveTitle('recovery', [sample('east', 1, 100)])).to.equal('recovery');
    expect(liveTitle('during', [sample('east', null, null)])).to.equal('each side by itself');
  });

  it('tells the mean of all sides, a bar a round', () => {
    const samples = [sample('a', 1, 100), sample('b', 0.5, 50), sample('a', 1, 100), sample('b', 1, null)];
    expect(liveTitle('during', samples)).to.equal('each side by itself  recall ▅█ 1.000  values ▅█ 100.0 %');
  });

  it('does not tell as whole what is almost whole', () => {
    expect(liveTitle('during', [sample('a', 0.9999, 99.99)])).to.match(/0\.999 .* 99\.9 %$/);
  });

  it('leaves room for the spinner and the time in 80 columns, however long it takes', () => {
    const samples = Array.from({ length: 20 }, samplesOfHalves).flat();
    expect(liveTitle('during', samples).length).to.be.at.most(80 - 2 - '  1234.5 s'.length);
  });
});
