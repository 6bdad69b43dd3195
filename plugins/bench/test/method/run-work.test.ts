import { expect } from 'chai';
import { runWork } from '../../src/method/run-work.js';
import type { Work } from '../../src/work/work.js';

describe('run work', () => {
  it('counts the better quartile of the rounds, after a warm-up', async () => {
    let rounds = 0;
    const work: Work = {
      warmUps: 2,
      round: async () => {
        rounds++;
        return {
          values: { speed: rounds, time: rounds, told: rounds },
          latencies: { each: [rounds] },
          curves: { c: [[rounds, 1]] },
        };
      },
      close: () => {},
    };
    const sample = await runWork(work, 1500, { speed: 'higher', time: 'lower' });
    const { speed = 0, time = 0, told = 0 } = sample.values;
    expect(rounds).to.be.greaterThan(3);
    expect(told).to.equal((3 + rounds) / 2);
    expect(speed).to.be.closeTo(3 + 0.75 * (rounds - 3), 1e-9);
    expect(time).to.be.closeTo(3 + 0.25 * (rounds - 3), 1e-9);
    expect(sample.curves).to.deep.equal({ c: [[rounds, 1]] });
    expect(sample.histograms.each).to.be.a('string');
    expect(sample.calibrations.udp).to.be.greaterThan(1000);
    expect(sample.calibrations.codec).to.be.greaterThan(1000);
  });

  it('makes one round where there is no time', async () => {
    let rounds = 0;
    const work: Work = { warmUps: 0, round: async () => ({ values: { speed: ++rounds } }), close: () => {} };
    expect((await runWork(work, 0, {})).values).to.deep.equal({ speed: 1 });
  });
});
