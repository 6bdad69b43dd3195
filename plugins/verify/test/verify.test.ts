import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricExplanation, RunRecord, VerifyResult } from '@cqkd/harness';
import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../src/test/support/command-line.js';
import { readXml } from '../../../src/test/support/read-xml.js';
import { until } from '../../../src/test/support/until.js';
import { tagErrors } from '../../../src/test/support/well-formed.js';

describe('verify', () => {
  let cqkd: CommandLine;
  const at = (name: string) => join(cqkd.root, name);
  const read = (name: string) => readFileSync(at(name), 'utf8');
  const verifyOf = async (...args: string[]) =>
    (await cqkd.json('verify', ...args)) as unknown as VerifyResult;
  const runs = () =>
    read('cqkd/runs.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunRecord);

  before(async () => {
    cqkd = await createCommandLine();
    await cqkd.json('deploy', '-w', '15');
  });
  after(() => cqkd.remove());

  it('measures everything', async () => {
    const { stdout } = await cqkd.run('verify', '--json');
    const result = JSON.parse(stdout) as VerifyResult;
    expect(result).to.include({ network: 'cqkd', workers: 15, column: 15, soak: null });
    expect(result.metrics.filter((metric) => metric.value === null)).to.deep.equal([]);
    const values = Object.fromEntries(result.metrics.map(({ id, value }) => [id, value]));
    const perfect = { lookup_recall: 1, discovery_success: 100, discovered_healthy: 100, store_success: 100 };
    expect(values).to.include({ ...perfect, reachability: 100, join_success: 100, bootstrap_health: 100 });
    expect(result.metrics.every(({ previous }) => previous === null)).to.equal(true);
  });

  it('measures only what is asked for, and holds it against the run before', async () => {
    const result = await verifyOf('--metric', 'discovery_time', '--metric', 'bootstrap_time');
    expect(result.metrics.map((metric) => metric.id)).to.deep.equal(['bootstrap_time', 'discovery_time']);
    expect(result.elapsedSeconds).to.be.lessThan(10);
    const [first] = runs().filter(({ command }) => command === 'verify');
    const [bootstrap] = result.metrics;
    expect(bootstrap?.previous).to.deep.include({
      at: first?.at,
      value: bootstrap?.value,
      change: 0,
      trend: 'same',
    });
  });

  it('writes reports in all formats', async () => {
    const files = ['a.html', 'a.md', 'a.json', 'a.xml'];
    const flags = files.flatMap((file) => ['--report', at(file)]);
    const result = await verifyOf('--metric', 'discovery_success', '--metric', 'uptime', ...flags);
    expect(tagErrors(read('a.html'))).to.deep.equal([]);
    expect(read('a.html')).to.contain('<svg id="chart-runs"');
    expect(read('a.md')).to.match(/Discovery success +\| +100 %/);
    expect(JSON.parse(read('a.json'))).to.deep.equal(result);
    const suite = readXml(read('a.xml')).children[0];
    expect(suite?.attributes).to.include({
      name: 'cqkd verify cqkd',
      tests: '2',
      failures: '0',
      errors: '0',
    });
  });

  it('goes on for as long as it is told to', async () => {
    const { stdout, code } = await cqkd.run(
      'verify',
      '--metric',
      'uptime',
      '--watch',
      '1s',
      '--every',
      '200ms',
    );
    expect(code).to.equal(0);
    expect(stdout).to.match(/^round 1 {2}[\d:]+ UTC {2}pass\nround 2 {2}/);
    expect(stdout).to.match(/Uptime +100 % +100 % +> 99 % +pass/);
    expect(runs().at(-1)?.result).to.deep.include({ verdict: 'pass' });
  });

  it('leaves on record what it measured when it is interrupted', async () => {
    const before = runs().length;
    const args = [
      'verify',
      '--metric',
      'uptime',
      '--watch',
      '48h',
      '--every',
      '100ms',
      '--report',
      at('i.xml'),
    ];
    const { child, finished } = cqkd.start(args);
    let said = '';
    child.stdout?.on('data', (text: string) => (said += text));
    await until('two rounds', () => said.includes('round 2'));
    child.kill('SIGINT');
    const { code, stdout } = await finished;
    expect(code).to.equal(130);
    expect(stdout).to.match(/rounds in [\d.]+ s, one every 0\.1 s, interrupted/);
    const [record, ...others] = runs().slice(before) as (RunRecord & { result: VerifyResult })[];
    expect(others).to.deep.equal([]);
    expect(record?.result.soak).to.include({ hour: null, isInterrupted: true, seconds: 172_800 });
    expect(record?.result.rounds).to.be.greaterThan(1);
    expect(readXml(read('i.xml')).children[0]?.attributes).to.include({ tests: '1', failures: '0' });
  });

  it("holds it against the user's own targets", async () => {
    writeFileSync(
      at('targets.yaml'),
      'uptime: { target: 100 }\nbootstrap_time: { target: 0.001, threshold: 0.002 }\njoin_success: null\n',
    );
    const ids = ['uptime', 'bootstrap_time', 'join_success'];
    const flags = [...ids.flatMap((id) => ['--metric', id]), '--targets', at('targets.yaml')];
    const { stdout, code } = await cqkd.run('verify', ...flags);
    expect(stdout).to.match(/Bootstrap time \* +[\d.]+ m?s +< 0 s +< 0 s +fail/);
    expect(stdout).to.match(/Workers that joined \* +100 % +pass/);
    expect(stdout).to.contain('* target and threshold of your own');
    expect(code).to.equal(3);
    writeFileSync(at('targets.yaml'), '\nuptme: { target: 100 }\n');
    const wrong = await cqkd.run('verify', ...flags);
    expect(wrong.stderr).to.match(/^error: \S+targets\.yaml:2:1: there is no metric uptme; .* uptime\n$/);
    expect(wrong.code).to.equal(2);
  });

  it('refuses what can not be before it measures', async () => {
    for (const [flags, message, code] of [
      [['--metric', 'recall'], 'There is no metric recall; the nearest is lookup_recall', 2],
      [['--explain', 'recall'], 'There is no metric recall; the nearest is lookup_recall', 2],
      [['--report', 'a.pdf'], "Can't tell the format of report a.pdf", 2],
      [['--report', '/missing/a.md'], "Can't write report /missing/a.md (ENOENT)", 4],
      [['--every', '5s'], '--watch', 2],
      [['--watch', 'long'], 'A duration is a number with ms, s, m or h', 2],
      [['-n', 'nothing'], 'There is no network nothing', 4],
    ] as const) {
      const { stderr, stdout, code: found } = await cqkd.run('verify', ...flags);
      expect(stderr, flags.join(' '))
        .to.contain(message)
        .and.to.match(/^error: [^\n]*\n$/);
      expect([stdout, found], flags.join(' ')).to.deep.equal(['', code]);
    }
  });

  it('explains a metric, of no network', async () => {
    const explanation = await cqkd.json('verify', '--explain', 'join_success', '-n', 'nothing');
    const { phases, unit } = explanation as unknown as MetricExplanation;
    expect(unit).to.equal('percent');
    expect(phases.map(({ name }) => name)).to.deep.equal(['ports', 'bootstrap']);
    const { stdout } = await cqkd.run('verify', '--explain', 'cpu');
    expect(stdout).to.match(/up to 200 +< 35 %/);
  });

  it('fails a network that has lost a bootstrap node', async () => {
    const { pid } = cqkd.processes('cqkd').find(({ unit }) => unit === 'super-secondary') as { pid: number };
    process.kill(pid, 'SIGKILL');
    const health = () => cqkd.run('verify', '--metric', 'bootstrap_health');
    const { stdout } = await until('the loss is known', async () => {
      const finished = await health();
      return finished.code === 3 ? finished : undefined;
    });
    expect(stdout).to.match(/Healthy bootstrap nodes +50 % +≥ 100 % +≥ 75 % +fail/);
    expect(stdout).to.contain('1 of 2 bootstrap nodes are down');
  });
});
