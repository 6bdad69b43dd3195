import { expect } from 'chai';
import { Convergence } from '../../support/convergence.js';

/** More of them by `node scripts/studies/convergence.mjs`. */
const [first = 0, last = 9] = (process.env.CQKD_SEEDS ?? '0-9').split('-').map(Number);
const LATER_MS = Number(process.env.CQKD_LATER_MINUTES ?? 3) * 60_000;

describe('values written on both sides of a split', () => {
  for (let seed = first; seed <= last; seed++) {
    const run = new Convergence(seed);
    it(`are the newest for every reader a minute after, and stay so: seed ${seed}, ${run.splitMs / 1000} s`, async () => {
      const { stale, reads } = await run.run(LATER_MS);
      expect(stale.slice(0, 5), `${stale.length} of ${reads} reads`).to.deep.equal([]);
    });
  }
});
