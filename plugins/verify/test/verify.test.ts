import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../src/test/support/command-line.js';

interface Metric {
  id: string;
  value: number | null;
  unit: string;
  status: string;
}

describe('verify', () => {
  let cqkd: CommandLine;
  before(async () => {
    cqkd = await createCommandLine();
    await cqkd.json('deploy', '-w', '15');
  });
  after(() => cqkd.remove());

  it('measures everything', async () => {
    const { stdout } = await cqkd.run('verify', '--json');
    const result = JSON.parse(stdout);
    const metrics = result.metrics as Metric[];
    expect(result).to.include({ network: 'cqkd', workers: 15, column: 15 });
    expect(metrics.filter((metric) => metric.value === null)).to.deep.equal([]);
    const value = (id: string) => metrics.find((metric) => metric.id === id)?.value;
    expect(value('lookup_recall')).to.equal(1);
    expect(value('discovery_success')).to.equal(100);
    expect(value('store_success')).to.equal(100);
    expect(value('reachability')).to.equal(100);
  });

  it('measures only what is asked for', async () => {
    const result = await cqkd.json('verify', '--metric', 'discovery_time', '--metric', 'bootstrap_time');
    const metrics = result.metrics as Metric[];
    expect(metrics.map((metric) => metric.id)).to.deep.equal(['bootstrap_time', 'discovery_time']);
    expect(result.elapsedSeconds).to.be.lessThan(10);
  });

  it('goes on for as long as it is told to', async () => {
    const result = await cqkd.json('verify', '--metric', 'bootstrap_time', '--watch', '1s');
    expect(result.rounds).to.be.greaterThan(1);
  });

  it('prints a table for people', async () => {
    const { stdout } = await cqkd.run('verify', '--metric', 'discovery_success');
    expect(stdout).to.match(/Discovery success +100 % +> 95 % +pass/);
  });
});
