import { expect } from 'chai';
import chalk from 'chalk';
import { renderBench } from '../../src/report/bench-text.js';
import { benchFixture, comparisonFixture } from './fixture.js';

describe('a benchmark in the terminal', () => {
  let level: typeof chalk.level;
  before(() => {
    level = chalk.level;
    chalk.level = 0;
  });
  after(() => {
    chalk.level = level;
  });
  const lines = (changes = {}) => renderBench(benchFixture(changes)).split('\n');

  it('has a table a suite: each figure with its mean and interval, latencies with their percentiles', () => {
    const text = lines().join('\n');
    expect(text).to.match(/^Codec {2}5 repetitions in 18\.4 s, until the intervals were narrow$/m);
    expect(text).to.match(/^encode +1\.62 µs +± 0\.049 µs +5 +lower$/m);
    expect(text).to.match(/^write, p95 +7\.9 ms +- +1 +lower$/m);
    expect(text).to.match(/^latency +p50 +p95 +p99 +max +count$/m);
    expect(text).to.match(/^16 at once +6\.84 ms +14\.6 ms +22\.6 ms +64\.8 ms +32,000$/m);
  });

  it('says what did not run, and during what the machine was busy', () => {
    const text = lines().join('\n');
    expect(text).to.contain('Deploy\n· did not run: no Docker engine answers');
    expect(text).to.contain('! The machine was busy with other things meanwhile');
    expect(lines().at(-1)).to.equal('Suites: 7 ran, 1 did not; the machine was busy during 1');
  });

  it('tells each verdict of a comparison, and the conclusion in the last line', () => {
    const all = lines({ comparison: comparisonFixture() });
    const text = all.join('\n');
    expect(text).to.match(/^Codec: encode +1\.28 µs +1\.62 µs +× 1\.266 +1\.210 to 1\.330 +▼ worse$/m);
    expect(text).to.match(/^Lookups: lookups per second, 1 at once .* ▲ better$/m);
    expect(text).to.match(/^Store: write, p95 .* × 0\.963 +- +\? can't tell$/m);
    expect(text).to.match(/^Memory: of one node .* = same$/m);
    expect(text).to.match(/figures +1 better, 3 same, 2 worse, 2 can't tell/);
    expect(all.at(-1)).to.equal(
      'FAIL  Worse by more than 10 %: Codec: encode (+27 %), Lookups: lookups per second, 16 at once (-20 %)',
    );
  });

  it('concludes that nothing is worse, or that it is not known', () => {
    const last = (verdict: 'pass' | 'unknown') =>
      lines({ comparison: comparisonFixture({ verdict }) }).at(-1);
    expect(last('pass')).to.equal('PASS  Nothing is worse by more than 10 %');
    expect(last('unknown')).to.equal("UNKNOWN  It can't be told whether anything is worse by more than 10 %");
    const other = lines({ comparison: comparisonFixture({ sameMachine: false, measurements: [] }) });
    expect(other.join('\n'))
      .to.match(/machine +of another kind/)
      .and.to.contain('no figure is in both');
  });
});
