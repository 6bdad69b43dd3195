import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../../src/test/support/command-line.js';
import { until } from '../../../../src/test/support/until.js';
import type { BenchResult } from '../../src/measurement.js';
import { suites } from '../../src/suites/index.js';

describe('bench', () => {
  let cqkd: CommandLine;
  const at = (name: string) => join(cqkd.root, '..', name);
  const read = (name: string) => JSON.parse(readFileSync(at(name), 'utf8')) as BenchResult;
  const quick = ['ports', '-w', '10', '--budget', '400ms'];

  before(async () => {
    cqkd = await createCommandLine();
  });
  after(() => cqkd.remove());

  it('measures what it is asked for, and keeps it', async () => {
    const { stdout, code } = await cqkd.run('bench', 'memory', ...quick, '--save', at('a.json'), '--json');
    expect(code).to.equal(0);
    const result = JSON.parse(stdout) as BenchResult;
    expect(result.suites.map(({ id }) => id)).to.deep.equal(['ports', 'memory']);
    expect(result).to.deep.include({ version: 1, seed: 1, workers: 10, comparison: null });
    expect(result.machine.kind).to.match(/^\S+ \S+, .+, \d+ cores$/);
    expect(result.machine.nodeVersion).to.equal(process.versions.node);
    expect(read('a.json').suites).to.deep.equal(result.suites);
  });

  it('shows it to people, and how long it will take', async () => {
    const { stdout, code } = await cqkd.run('bench', ...quick);
    expect(code).to.equal(0);
    expect(stdout)
      .to.match(/Port allocation +\d/)
      .and.to.match(/Ports leased +[\d,]+\/s/);
  });

  it('lists the suites', async () => {
    const { stdout } = await cqkd.run('bench', '--list');
    for (const { id } of suites) expect(stdout).to.match(new RegExp(`^${id} +\\d+ s`, 'm'));
    const list = await cqkd.json('bench', '--list');
    expect(list.suites).to.have.lengthOf(suites.length);
  });

  it('fails a run that is worse, and passes one that is the same', async () => {
    const saved = read('a.json');
    const same = { ...saved, suites: saved.suites.map((suite) => ({ ...suite, saturated: false })) };
    // What is counted is told even by a busy machine: now only half of the nodes got a port.
    const better = JSON.parse(JSON.stringify(same)) as BenchResult;
    const success = better.suites[0]?.measurements.find(({ id }) => id === 'ports.success');
    Object.assign(success ?? {}, { values: [200, 200, 200], mean: 200, interval: [200, 200] });
    writeFileSync(at('better.json'), JSON.stringify(better));
    const args = ['ports', '-w', '10', '--budget', '10s', '--json', '--compare'];
    const { stdout, code } = await cqkd.run('bench', ...args, at('better.json'));
    const { comparison } = JSON.parse(stdout) as BenchResult;
    const worse = comparison?.measurements.find(({ id }) => id === 'ports.success');
    expect([worse?.verdict, comparison?.verdict, code]).to.deep.equal(['worse', 'fail', 3]);
  });

  it('can tell nothing against another kind of machine', async () => {
    const saved = read('a.json');
    writeFileSync(
      at('other.json'),
      JSON.stringify({ ...saved, machine: { ...saved.machine, kind: 'abacus' } }),
    );
    const { stdout, code } = await cqkd.run('bench', ...quick, '--compare', at('other.json'));
    expect(code).to.equal(5);
    expect(stdout).to.contain('UNKNOWN');
  });

  it('compares two versions of Node.js only when it is asked to', async () => {
    const saved = read('a.json');
    writeFileSync(
      at('older.json'),
      JSON.stringify({ ...saved, machine: { ...saved.machine, nodeVersion: '20.19.0' } }),
    );
    const refused = await cqkd.run('bench', ...quick, '--compare', at('older.json'));
    expect([refused.code, refused.stdout]).to.deep.equal([2, '']);
    expect(refused.stderr).to.contain('was measured on Node.js 20.19.0, and this is ');
    const asked = await cqkd.run('bench', ...quick, '--compare', at('older.json'), '--any-node');
    expect(asked.code).to.not.equal(2);
  });

  it('refuses what can not be before it measures', async () => {
    writeFileSync(at('broken.json'), '{ "version": 1 }');
    writeFileSync(at('text.json'), 'bench');
    for (const [args, message, code] of [
      [['lokup'], 'There is no suite lokup; the nearest is lookup', 2],
      [['-w', '1'], '--workers takes a whole number from 2 to 10000, got 1', 2],
      [['--limit', '0'], '--limit takes a whole number from 1 to 1000, got 0', 2],
      [['--budget', 'long'], 'A duration is a number with ms, s, m or h', 2],
      [['--compare', at('missing.json')], 'missing.json', 2],
      [['--compare', at('broken.json')], 'broken.json', 2],
      [['--compare', at('text.json')], 'text.json', 2],
      [['--compare', at('a.json'), '-w', '11'], 'compare to it with -w 10 --seed 1', 2],
      [['--set', 'enable_helth_check=true'], 'the nearest is ENABLE_HEALTH_CHECK', 2],
      [['--any-node'], '--compare', 2],
      [['--node-binary', '/missing/node'], 'got /missing/node, which is not there', 2],
      [['--save', '/missing/a.json'], 'ENOENT', 4],
      [['--report', 'a.pdf'], "Can't tell the format of report a.pdf", 2],
    ] as const) {
      const { stderr, stdout, code: found } = await cqkd.run('bench', ...args);
      expect(stderr, args.join(' '))
        .to.contain(message)
        .and.to.match(/^error: [^\n]*\n$/);
      expect([stdout, found], args.join(' ')).to.deep.equal(['', code]);
    }
  });

  it('ends everything when it is interrupted', async () => {
    const { child, finished } = cqkd.start(['bench', 'health', '-w', '15', '--budget', '60s', '--json']);
    const network = `bench-${child.pid}`;
    await until('the network comes up', () => cqkd.processes(network).length > 0);
    child.kill('SIGINT');
    const { code, stdout } = await finished;
    expect(code).to.equal(130);
    expect(JSON.parse(stdout)).to.deep.include({
      error: { kind: 'interrupted', message: 'Interrupted by SIGINT', exitCode: 130 },
    });
    expect(cqkd.processes(network)).to.deep.equal([]);
  });

  it('ends its processes when it is interrupted in the middle of their work', async () => {
    const { child, finished } = cqkd.start(['bench', 'lookup', '-w', '15', '--budget', '60s']);
    let said = '';
    child.stdout?.on('data', (text: string) => (said += text));
    await until('it measures', () => said.includes('Lookup'));
    child.kill('SIGTERM');
    expect((await finished).code).to.equal(130);
  });
});
