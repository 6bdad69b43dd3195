import type { CoordinatorClient } from '@cqkd/harness';
import { expect } from 'chai';
import { prove } from '../src/experiment/observe.js';
import type { During, Recovery } from '../src/experiment/results.js';
import { verdictOf } from '../src/experiment/thresholds.js';
import type { Cut } from '../src/partition/cut.js';

const during = (change: Partial<During['sides'][number]> = {}): During => ({
  seconds: 10,
  sides: [{ name: 'half 1', nodes: 50, share: 0.5, samples: 3, recall: 1, storePercent: 100, ...change }],
});
const recovered: Recovery = { seconds: 3, recall: 1, islands: 1, orphans: 0, lostKeys: 0 };

describe('the verdict of an experiment', () => {
  it('is pass when both sides worked and all came together', () => {
    expect(verdictOf(true, during(), recovered)).to.equal('pass');
  });

  it('is unknown when the fault was not on, however well everything went', () => {
    expect(verdictOf(false, during(), recovered)).to.equal('unknown');
  });

  const failures: [string, During, Recovery][] = [
    ['lookups of a side were wrong', during({ recall: 0.9 }), recovered],
    ['values of a side were lost', during({ storePercent: 80 }), recovered],
    ['it did not come together', during(), { ...recovered, seconds: null }],
    ['it took too long', during(), { ...recovered, seconds: 61 }],
    ['there are islands', during(), { ...recovered, islands: 2 }],
    ['somebody is lost', during(), { ...recovered, orphans: 1 }],
    ['a key is lost', during(), { ...recovered, lostKeys: 1 }],
  ];
  for (const [what, meanwhile, recovery] of failures) {
    it(`is fail when ${what}`, () => expect(verdictOf(true, meanwhile, recovery)).to.equal('fail'));
  }

  it('asks nothing of a small side', () => {
    expect(verdictOf(true, during({ share: 0.2, recall: 0 }), recovered)).to.equal('pass');
  });

  it('warns when it took long', () => {
    expect(verdictOf(true, during(), { ...recovered, seconds: 20 })).to.equal('warn');
  });
});

describe('the proof of a cut', () => {
  const cut: Cut = {
    sides: [
      { name: 'a', nodes: ['1'] },
      { name: 'b', nodes: ['2'] },
    ],
    deaf: [[0, 1]],
  };
  const proofWith = (matrix: number[][]) => {
    const reachability = async () => ({ hosts: ['0', '1'], matrix, unreachable: 0 });
    return prove({ reachability } as unknown as CoordinatorClient, cut, new AbortController().signal);
  };

  it('needs silence both ways, since a ping needs an answer', async () => {
    const proof = await proofWith([
      [1, 0],
      [0, 1],
    ]);
    expect(proof).to.deep.include({
      proven: true,
      intended: [
        [true, false],
        [false, true],
      ],
    });
  });

  it('fails where something is heard that should not be, or the other way round', async () => {
    expect(
      (
        await proofWith([
          [1, 0.25],
          [0, 1],
        ])
      ).proven,
    ).to.equal(false);
    expect(
      (
        await proofWith([
          [0, 0],
          [0, 1],
        ])
      ).proven,
    ).to.equal(false);
  });
});
