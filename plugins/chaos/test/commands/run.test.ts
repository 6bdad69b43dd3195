import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type SmallNetwork, smallNetwork } from '../support/small-network.js';

interface Step {
  step: string;
  line: number;
  verdict: string;
  result: { victims?: { nodes: string[] } } | null;
}

describe('chaos run', function () {
  this.timeout(300_000);
  let net: SmallNetwork;
  before(async () => {
    net = await smallNetwork();
  });
  after(() => net.remove());

  const file = (name: string, text: string) => {
    const path = join(dirname(net.cqkd.root), name);
    writeFileSync(path, text);
    return path;
  };
  const scenario = `name: a kill and a split
seed: 5
steps:
  - check: steady
  - fault: kill
    tier: worker
    count: 2
    for: 2s
    meanwhile:
      - join: 1
  - load: {operations: 50, concurrency: 10}
  - fault: partition
    for: 2s
  - until: steady
`;

  it('does one step after the other, and writes a report of all of them', async () => {
    const path = file('small.yaml', scenario);
    const report = join(dirname(net.cqkd.root), 'report.html');
    const { code, stdout, stderr } = await net.chaos('run', path, '--json', '--report', report);
    expect(stderr).to.equal('');
    const { verdict, steps } = JSON.parse(stdout) as { verdict: string; steps: Step[] };
    expect(steps.map(({ line }) => line)).to.deep.equal([4, 5, 11, 12, 14]);
    expect(verdict, stdout).to.be.oneOf(['pass', 'warn']);
    expect(code).to.equal(0);
    const html = readFileSync(report, 'utf8');
    expect(html).to.include('a kill and a split').and.to.include('<svg');
    await net.isWell();
    const again = await net.chaos('run', path, '--dry-run', '--json');
    const planned = (JSON.parse(again.stdout) as { steps: Step[] }).steps;
    expect(planned[1]?.result?.victims).to.deep.equal(steps[1]?.result?.victims);
  });

  it('tells each mistake with its line, and does nothing', async () => {
    const path = file('wrong.yaml', scenario.replace('count: 2', 'cuont: 2').replace('for: 2s', 'for: soon'));
    const { code, stderr } = await net.chaos('run', path);
    expect(code).to.equal(2);
    expect(stderr).to.match(/wrong\.yaml:7:\d+: .*cuont.*count/);
    expect(stderr).to.match(/wrong\.yaml:8:\d+: .*soon/);
  });

  it('says which scenarios there are, and which there is not', async () => {
    expect((await net.chaos('run', '--list')).stdout).to.match(/^split-and-heal +\S/m);
    const { code, stderr } = await net.chaos('run', 'split-and-hael');
    expect([code, stderr]).to.match(/^[24],error: .*split-and-heal/);
  });
});
