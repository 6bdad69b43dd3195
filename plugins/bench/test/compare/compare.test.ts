import { expect } from 'chai';
import { compare } from '../../src/compare/compare.js';
import { ratioOf } from '../../src/compare/ratio.js';
import type { Measurement } from '../../src/measurement.js';
import { measurementOf, resultOf, suiteOf } from '../support/results.js';
import { normal } from '../support/samples.js';

const options = { file: 'before.json', limitPercent: 10, noiseOf: () => 0.015, isSteady: () => false };
const repetitions = 8;
/** Scatter of the repetitions of one run, and of a calibration. */
const scatter = 0.03;
const calibrationScatter = 0.01;

/** A run of a figure: `speed` is the machine's, `factor` what the code takes, both 1 in a usual run. */
function runOf(seed: number, unit: 'per_second' | 'ms', { speed = 1, factor = 1 } = {}): Measurement {
  const noise = normal(seed);
  const calibrations: number[] = [];
  const values = Array.from({ length: repetitions }, () => {
    calibrations.push(50_000 * speed * (1 + calibrationScatter * noise()));
    const seconds = (factor / speed) * (1 + scatter * noise());
    return unit === 'ms' ? 10 * seconds : 1000 / seconds;
  });
  const better = unit === 'ms' ? 'lower' : 'higher';
  return measurementOf({ id: `lookup.${unit}`, unit, better, calibration: 'udp', values, calibrations });
}

const verdictOf = (before: Measurement, after: Measurement) =>
  compare(resultOf([suiteOf([before])]), resultOf([suiteOf([after])]), options);

describe('compare', () => {
  for (const unit of ['per_second', 'ms'] as const) {
    it(`calls nothing better or worse that did not change (${unit})`, () => {
      for (let seed = 0; seed < 300; seed++) {
        const { measurements, verdict } = verdictOf(runOf(2 * seed, unit), runOf(2 * seed + 1, unit));
        expect(measurements[0]?.verdict, `seed ${seed}`).to.be.oneOf(['same', "can't tell"]);
        expect(verdict).to.equal('pass');
      }
    });

    it(`is not misled by a machine that is slower or faster (${unit})`, () => {
      for (const speed of [0.5, 0.8, 1.3]) {
        for (let seed = 0; seed < 100; seed++) {
          const { measurements } = verdictOf(runOf(2 * seed, unit), runOf(2 * seed + 1, unit, { speed }));
          expect(measurements[0]?.verdict, `seed ${seed}`).to.be.oneOf(['same', "can't tell"]);
          expect(measurements[0]?.ratio).to.be.closeTo(1, 0.07);
        }
      }
    });

    it(`finds a slow-down of 20 %, on a slower machine as well (${unit})`, () => {
      let found = 0;
      for (let seed = 0; seed < 200; seed++) {
        const after = runOf(2 * seed + 1, unit, { factor: 1.2, speed: seed % 2 === 0 ? 1 : 0.9 });
        if (verdictOf(runOf(2 * seed, unit), after).verdict === 'fail') found++;
      }
      expect(found).to.be.at.least(180);
    });
  }

  it('finds a slow-down although a process of each run was disturbed', () => {
    let found = 0;
    for (let seed = 0; seed < 100; seed++) {
      const runs = [runOf(2 * seed, 'ms'), runOf(2 * seed + 1, 'ms', { factor: 1.2 })] as const;
      for (const { values } of runs) values[3] = 1.6 * (values[3] ?? 0);
      if (verdictOf(...runs).verdict === 'fail') found++;
    }
    expect(found).to.be.at.least(80);
  });

  it('finds what is better, and lets it pass', () => {
    const { measurements, verdict } = verdictOf(runOf(1, 'ms', { factor: 2 }), runOf(2, 'ms'));
    expect([measurements[0]?.verdict, verdict]).to.deep.equal(['better', 'pass']);
    expect(measurements[0]?.ratio).to.be.closeTo(0.5, 0.05);
  });

  it('can tell nothing of another kind of machine', () => {
    const before = resultOf([suiteOf([runOf(1, 'ms')])], 'another');
    const after = resultOf([suiteOf([runOf(2, 'ms', { factor: 3 })])]);
    const { sameMachine, verdict, measurements } = compare(before, after, options);
    expect([sameMachine, verdict, measurements[0]?.verdict]).to.deep.equal([false, 'unknown', "can't tell"]);
  });

  it('can tell no timing of a busy machine, but what is counted', () => {
    const recall = (value: number) =>
      measurementOf({ id: 'lookup.recall', unit: 'ratio', values: Array(5).fill(value) as number[] });
    const before = resultOf([suiteOf([runOf(1, 'ms'), recall(1)])]);
    const after = resultOf([suiteOf([runOf(2, 'ms', { factor: 3 }), recall(1)], { saturated: true })]);
    const { verdict, measurements } = compare(before, after, options);
    expect(measurements.map((each) => each.verdict)).to.deep.equal(["can't tell", 'same']);
    expect(verdict).to.equal('unknown');
    const broken = resultOf([suiteOf([runOf(2, 'ms'), recall(0.5)], { saturated: true })]);
    expect(compare(before, broken, options).verdict).to.equal('fail');
  });

  it('can tell timings of a busy machine that count CPU time', () => {
    const before = resultOf([suiteOf([runOf(1, 'ms')], { saturated: true })]);
    const after = resultOf([suiteOf([runOf(2, 'ms', { factor: 1.5 })], { saturated: true })]);
    expect(compare(before, after, { ...options, isSteady: () => true }).verdict).to.equal('fail');
    expect(compare(before, before, { ...options, isSteady: () => true }).verdict).to.equal('pass');
  });

  it('can tell nothing when a suite does not run any more, or nothing is in both', () => {
    const before = resultOf([suiteOf([runOf(1, 'ms')])]);
    const skipped = resultOf([suiteOf([], { skipped: 'no engine' })]);
    expect(compare(before, skipped, options).verdict).to.equal('unknown');
    expect(compare(resultOf([]), before, options).verdict).to.equal('unknown');
  });

  it('lets a change pass that is worse and within the limit', () => {
    const before = runOf(1, 'ms');
    const after = runOf(2, 'ms', { factor: 1.5 });
    const comparison = compare(resultOf([suiteOf([before])]), resultOf([suiteOf([after])]), {
      ...options,
      limitPercent: 80,
    });
    expect([comparison.measurements[0]?.verdict, comparison.verdict]).to.deep.equal(['worse', 'pass']);
  });

  it('finds that nothing works any more, and takes nothing at all for the same', () => {
    const counts = (value: number) => measurementOf({ unit: 'percent', values: [value, value, value] });
    const { verdict, measurements } = verdictOf(counts(100), counts(0));
    expect([verdict, measurements[0]?.verdict]).to.deep.equal(['fail', 'worse']);
    expect(Number.isFinite(measurements[0]?.ratio)).to.equal(true);
    expect(verdictOf(counts(0), counts(0)).measurements[0]).to.include({ ratio: 1, verdict: 'same' });
  });

  it('leaves out what is only told', () => {
    const only = measurementOf({ better: null, values: [1, 2, 3] });
    expect(verdictOf(only, only).measurements).to.deep.equal([]);
  });
});

describe('ratio', () => {
  it('has no interval where only one value was measured', () => {
    const one = measurementOf({ values: [2] });
    expect(ratioOf(one, measurementOf({ values: [4, 4] }), 0)).to.deep.equal({ ratio: 2, interval: null });
  });

  it('is the reciprocal the other way round', () => {
    const [a, b] = [runOf(1, 'ms'), runOf(2, 'ms', { factor: 1.4, speed: 0.7 })];
    const [there, back] = [ratioOf(a, b, 0.01), ratioOf(b, a, 0.01)];
    expect(there.ratio * back.ratio).to.be.closeTo(1, 1e-9);
    expect((there.interval?.[0] ?? 0) * (back.interval?.[1] ?? 0)).to.be.closeTo(1, 1e-9);
  });
});
