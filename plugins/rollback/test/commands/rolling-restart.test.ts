import { expect } from 'chai';
import type { RestartResult } from '../../src/restart.js';
import { createLab, type Lab } from '../support/lab.js';
import { steadyReads } from '../support/steady-reads.js';

/** A network as large as the documents ask for takes minutes: it is for CQKD_TEST_ALL=1. */
const sizes =
  process.env.CQKD_TEST_ALL === '1'
    ? [{ workers: 500, values: 1000, density: [] }]
    : [
        { workers: 60, values: 100, density: ['--density', '20'] },
        { workers: 60, values: 100, density: [] },
      ];

describe('a rolling restart', function () {
  this.timeout(900_000);
  let lab: Lab | undefined;
  afterEach(() => lab?.remove());

  for (const { workers, values, density } of sizes) {
    it(`of ${workers} workers ${density.join(' ') || 'on shared hosts'} keeps ${values} values readable all the time`, async () => {
      lab = await createLab('one', '-w', String(workers), ...density, '--driver', 'process');
      await lab.store(values);
      const reads = steadyReads(lab, values);
      const { hosts, nodes, seconds } = await lab.result<RestartResult>('restart');
      const { right, wrong, perSecond } = await reads.end();
      console.log(
        `      ${hosts} hosts, ${nodes} nodes in ${seconds.toFixed(1)} s: ${right} of ${right + wrong} reads right, ${perSecond.toFixed(0)} a second`,
      );
      expect(right / (right + wrong)).to.be.at.least(0.99);
      expect(perSecond).to.be.at.least(20);
      expect(await lab.lost()).to.deep.equal([]);
    });
  }
});
