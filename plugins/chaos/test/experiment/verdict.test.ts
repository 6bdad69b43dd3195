import { expect } from 'chai';
import type { During, Proof, Recovery } from '../../src/experiment/results.js';
import { defaultThresholds } from '../../src/experiment/thresholds.js';
import { type Evidence, verdictOf } from '../../src/experiment/verdict.js';

const proof: Proof = { proven: true, seconds: 1, reachability: null, figures: [] };
const during = (change: Partial<During['sides'][number]> = {}): During => ({
  seconds: 10,
  sides: [{ name: 'half 1', nodes: 50, share: 0.5, samples: 3, recall: 1, storePercent: 100, ...change }],
  orphanedWorkers: 0,
  newcomers: [],
  acrossEntries: null,
});
const recovery: Recovery = {
  seconds: 3,
  mergedSeconds: 2,
  recall: 1,
  islands: 1,
  orphans: 0,
  lostKeys: 0,
  missing: [],
};
const verdict = (change: Partial<Evidence> = {}) =>
  verdictOf({
    proof,
    during: during(),
    recovery,
    thresholds: defaultThresholds,
    lasted: true,
    failures: [],
    ...change,
  });

describe('the verdict of an experiment', () => {
  it('is pass, without reasons, when each side worked and all came together', () => {
    expect(verdict()).to.deep.equal({ verdict: 'pass', reasons: [] });
  });

  it('is unknown when the fault was not on, or not to its end, however well everything went', () => {
    expect(verdict({ proof: { ...proof, proven: false } }).verdict).to.equal('unknown');
    expect(verdict({ lasted: false }).verdict).to.equal('unknown');
  });

  const failures: [string, Partial<Evidence>, RegExp][] = [
    [
      'lookups of a side were wrong',
      { during: during({ recall: 0.9 }) },
      /^half 1: recall 0.900, target 0.99$/,
    ],
    ['values of a side were lost', { during: during({ storePercent: 80 }) }, /^half 1: 80.0 % of the values/],
    ['it did not come together', { recovery: { ...recovery, seconds: null } }, /^not recovered/],
    ['it took too long', { recovery: { ...recovery, seconds: 61 } }, /^recovery took/],
    ['there are islands', { recovery: { ...recovery, islands: 2 } }, /^2 islands/],
    ['somebody is lost', { recovery: { ...recovery, orphans: 1 } }, /^1 nodes are in nobody's table/],
    ['a key is lost', { recovery: { ...recovery, lostKeys: 1 } }, /^1 values are lost/],
    [
      'nodes are not back',
      { recovery: { ...recovery, missing: ['a', 'b', 'c', 'd'] } },
      /^4 .*: a, b, c, …$/,
    ],
    ['it could not be undone', { failures: ['no engine'] }, /^not undone: no engine$/],
  ];
  for (const [what, change, reason] of failures) {
    it(`is fail when ${what}, and says so`, () => {
      const { verdict: found, reasons } = verdict(change);
      expect(found).to.equal('fail');
      expect(reasons.length).to.equal(1);
      expect(reasons[0]).to.match(reason);
    });
  }

  it('asks nothing of a small side', () => {
    expect(verdict({ during: during({ share: 0.2, recall: 0 }) }).verdict).to.equal('pass');
  });

  it('is unknown when a side could not be measured', () => {
    expect(verdict({ during: during({ recall: null }) }).verdict).to.equal('unknown');
  });

  it('warns when it took long, and goes by the thresholds that it is given', () => {
    const slow = { recovery: { ...recovery, seconds: 20 } };
    expect(verdict(slow).verdict).to.equal('warn');
    expect(verdict({ ...slow, thresholds: { ...defaultThresholds, recovery: [25, 60] } }).verdict).to.equal(
      'pass',
    );
  });
});
