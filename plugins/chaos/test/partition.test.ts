import { readFileSync, writeFileSync } from 'node:fs';
import { CoordinatorClient } from '@cqkd/harness';
import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../src/test/support/command-line.js';
import { until } from '../../../src/test/support/until.js';

interface Chaos {
  verdict: string;
  via: string;
  targets: number;
  proof: { proven: boolean; intended: boolean[][] };
  during: { sides: { name: string; recall: number; storePercent: number }[] };
  recoverySeconds: number;
  islands: number;
  orphans: number;
  lostKeys: number;
  sides: { nodes: string[] }[];
}

describe('chaos partition', function () {
  this.timeout(180_000);
  let cqkd: CommandLine;
  let client: CoordinatorClient;
  const { signal } = new AbortController();
  before(async () => {
    cqkd = await createCommandLine();
    const { coordinator } = await cqkd.json('deploy', '-w', '15');
    const token = readFileSync(`${cqkd.root}/cqkd/token`, 'utf8').trim();
    client = new CoordinatorClient({ url: (coordinator as { url: string }).url, token });
  });
  after(() => cqkd.remove());
  afterEach(async () => {
    await client.liftFaults(signal);
  });

  const cut = (...args: string[]) => cqkd.run('chaos', 'partition', '--for', '3s', '--seed', '1', ...args);
  const nothingOn = async () => {
    expect(await client.faults(signal)).to.deep.equal([]);
    const { matrix } = await client.reachability(signal);
    expect(matrix.flat().every((share) => share === 1)).to.equal(true);
  };

  it('splits a network, measures both sides, heals it and sees it recover', async () => {
    const { code, stdout } = await cut('--json');
    const result = JSON.parse(stdout) as Chaos;
    expect(code).to.equal(0);
    expect(result).to.include({ via: 'node', targets: 19, islands: 1, orphans: 0, lostKeys: 0 });
    expect(result.proof).to.deep.include({
      proven: true,
      intended: [
        [true, false],
        [false, true],
      ],
    });
    expect(result.verdict).to.be.oneOf(['pass', 'warn']);
    expect(result.recoverySeconds).to.be.within(0, 60);
    for (const { recall, storePercent } of result.during.sides) {
      expect(recall).to.be.above(0.95);
      expect(storePercent).to.be.above(94);
    }
    await nothingOn();
    const records = readFileSync(`${cqkd.root}/cqkd/runs.jsonl`, 'utf8').trim().split('\n');
    expect(JSON.parse(records.at(-1) as string)).to.deep.include({ command: 'chaos partition' });
  });

  it('tells people what it did', async () => {
    const { stdout } = await cut('--shape', 'tier');
    expect(stdout).to.match(/partition, shape tier of cqkd, by the nodes' own filter/);
    expect(stdout).to.match(/bootstrap nodes +2 /);
    expect(stdout).to.include('on between all sides as intended');
  });

  it('says who would be hit, and touches nobody', async () => {
    const first = await cqkd.json('chaos', 'partition', '--seed', '4', '--dry-run');
    const again = await cqkd.json('chaos', 'partition', '--seed', '4', '--dry-run');
    expect(first.sides).to.deep.equal(again.sides);
    expect(first).to.include({ verdict: null, proof: null, targets: 19 });
    await nothingOn();
    expect((await cqkd.run('chaos', 'partition', '--dry-run')).stdout).to.match(/19 nodes, nothing done/);
  });

  it('heals when it is interrupted', async () => {
    const { child, finished } = cqkd.start(['chaos', 'partition', '--for', '60s']);
    await until('the cut', async () => (await client.faults(signal)).length === 1);
    child.kill('SIGINT');
    expect((await finished).code).to.equal(130);
    await nothingOn();
  });

  it('is healed by another command after it was killed, again and again', async () => {
    const { child, finished } = cqkd.start(['chaos', 'partition', '--for', '60s']);
    await until('the cut', async () => (await client.faults(signal)).length === 1);
    const [{ id } = { id: '' }] = await client.faults(signal);
    child.kill('SIGKILL');
    await finished;
    expect(await cqkd.json('chaos', 'heal')).to.deep.include({ lifted: [id] });
    await nothingOn();
    const { code, stdout } = await cqkd.run('chaos', 'heal');
    expect([code, stdout]).to.deep.equal([0, '✔ cqkd: nothing was on\n']);
  });

  it('is refused twice at once, and on a network that is not well', async () => {
    const { finished } = cqkd.start(['chaos', 'partition', '--for', '5s']);
    await until('the cut', async () => (await client.faults(signal)).length === 1);
    const second = await cut();
    expect([second.code, second.stderr]).to.match(/^4,error: .*chaos partition/);
    await finished;
    const everybody = (await client.network(signal)).hosts.flatMap(({ nodes }) =>
      nodes.map(({ name }) => name),
    );
    const groups = [everybody.slice(0, 9), everybody.slice(9)];
    await client.putFault(
      {
        id: 'other',
        ttlSeconds: 60,
        groups,
        deaf: [
          [0, 1],
          [1, 0],
        ],
      },
      signal,
    );
    const third = await cut();
    expect([third.code, third.stderr]).to.match(/^4,error: Network cqkd is not in a steady state .*--anyway/);
  });

  const wrong: [string[], number, RegExp][] = [
    [['--shape', 'circle'], 2, /--shape=circle .*halves, majority/],
    [['--for', 'soon'], 2, /A duration is a number .*got "soon"/],
    [['--for', '2h'], 2, /--for takes 1h at most, got 7200 s/],
    [['-n', 'nobody'], 4, /There is no network nobody/],
  ];
  for (const [args, code, message] of wrong) {
    it(`${args.join(' ')}: ${code}`, async () => {
      const result = await cqkd.run('chaos', 'partition', ...args);
      expect(result.stderr.trim()).to.match(message);
      expect(result.stderr.trim().split('\n').length).to.equal(1);
      expect(result.code).to.equal(code);
    });
  }

  it('says what to do with a journal that is broken', async () => {
    const journal = `${cqkd.root}/cqkd/journal.json`;
    writeFileSync(journal, 'x');
    const { code, stderr } = await cqkd.run('chaos', 'heal');
    expect([code, stderr]).to.match(/^4,error: .*journal.json is corrupt: .*remove it/);
    writeFileSync(journal, '[]');
  });
});
