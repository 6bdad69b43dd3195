import { expect } from 'chai';
import fc from 'fast-check';
import { Optimiser, optimise } from '../../src/refresh/optimiser.js';

const quiet = { seconds: 300, asked: 100, answered: 99, refreshDatagrams: 200, datagrams: 10_000 };

describe('optimise', () => {
  it('refreshes more often while requests go unanswered', () => {
    expect(optimise(1, { ...quiet, answered: 89 })).to.equal(0.5);
    expect(optimise(1, { ...quiet, answered: 90 })).to.equal(1);
  });

  it('refreshes less often while refresh takes too much of the traffic', () => {
    expect(optimise(1, { ...quiet, datagrams: 999 })).to.equal(2);
    expect(optimise(1, { ...quiet, datagrams: 1000 })).to.equal(1);
  });

  it('does not mind a large part of next to nothing', () => {
    expect(optimise(1, { ...quiet, refreshDatagrams: 50, datagrams: 50 })).to.equal(1);
  });

  it('puts success first', () => {
    expect(optimise(1, { ...quiet, answered: 50, datagrams: 200 })).to.equal(0.5);
  });

  it('judges nothing by a few requests', () => {
    expect(optimise(1, { ...quiet, asked: 9, answered: 0, refreshDatagrams: 18, datagrams: 18 })).to.equal(1);
  });

  it('stays within a quarter and four, and comes back to 1 when all is well', () => {
    const count = fc.integer({ min: 0, max: 1000 });
    const record = fc.record({
      seconds: count,
      asked: count,
      answered: count,
      refreshDatagrams: count,
      datagrams: count,
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (records) => {
        let factor = records.reduce(optimise, 1);
        expect(factor).to.be.within(0.25, 4);
        for (let look = 0; look < 5; look++) factor = optimise(factor, quiet);
        expect(factor).to.be.closeTo(1, 1e-9);
      }),
    );
  });
});

describe('Optimiser', () => {
  const MINUTE_MS = 60_000;
  let counters: { refreshDatagrams: number; datagramsSent: number };
  let optimiser: Optimiser;

  beforeEach(() => {
    counters = { refreshDatagrams: 1000, datagramsSent: 1000 };
    optimiser = new Optimiser(counters, 0);
  });

  it('looks only as often as it is told', () => {
    optimiser.note(100, 0);
    optimiser.look(MINUTE_MS - 1, MINUTE_MS);
    expect(optimiser.factor).to.equal(1);
    optimiser.look(MINUTE_MS, MINUTE_MS);
    expect(optimiser.factor).to.equal(0.5);
  });

  it('judges by what happened since the last look', () => {
    optimiser.note(100, 0);
    optimiser.look(MINUTE_MS, MINUTE_MS);
    counters.datagramsSent += 10_000;
    counters.refreshDatagrams += 5000;
    optimiser.note(100, 100);
    optimiser.look(2 * MINUTE_MS, MINUTE_MS);
    expect(optimiser.factor).to.equal(1);
    counters.refreshDatagrams += 5000;
    counters.datagramsSent += 10_000;
    optimiser.note(100, 100);
    optimiser.look(3 * MINUTE_MS, MINUTE_MS);
    expect(optimiser.factor).to.equal(2);
    counters.datagramsSent += 10_000;
    optimiser.note(5, 5);
    optimiser.look(4 * MINUTE_MS, MINUTE_MS);
    expect(optimiser.factor).to.equal(2);
    optimiser.note(5, 5);
    optimiser.look(4 * MINUTE_MS, MINUTE_MS);
    expect(optimiser.factor).to.be.closeTo(Math.SQRT2, 1e-9);
  });
});
