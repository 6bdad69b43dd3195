import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { until } from '../../../../src/test/support/until.js';
import { type SmallNetwork, smallNetwork } from '../support/small-network.js';

describe('chaos partition', function () {
  this.timeout(180_000);
  let net: SmallNetwork;
  const { signal } = new AbortController();
  before(async () => {
    net = await smallNetwork();
  });
  after(() => net.remove());

  const cut = (...args: string[]) => net.chaos('partition', '--for', '3s', '--seed', '1', ...args);
  const isCut = async () => (await net.client.faults(signal)).length === 1;

  it('splits a network, measures both sides, heals it and sees it recover', async () => {
    const result = await net.result('partition', '--for', '3s', '--seed', '1');
    expect(result).to.deep.include({
      code: 0,
      via: ['node'],
      targets: 19,
      islands: 1,
      orphans: 0,
      lostKeys: 0,
    });
    expect(result.proof).to.deep.include({ proven: true });
    expect(result.proof?.reachability?.intended).to.deep.equal([
      [true, false],
      [false, true],
    ]);
    expect(result.verdict).to.be.oneOf(['pass', 'warn']);
    expect(result.recoverySeconds).to.be.within(0, 60);
    for (const { recall, storePercent } of result.during?.sides ?? []) {
      expect(recall).to.be.above(0.95);
      expect(storePercent).to.be.above(94);
    }
    expect(result.timeline.samples.map(({ phase }) => phase)).to.include.members([
      'steady',
      'during',
      'recovery',
    ]);
    await net.isWell();
    const records = readFileSync(`${net.cqkd.root}/cqkd/runs.jsonl`, 'utf8').trim().split('\n');
    expect(JSON.parse(records.at(-1) as string)).to.deep.include({ command: 'chaos partition' });
  });

  it('tells people what it did', async () => {
    const { stdout } = await cut('--shape', 'tier');
    expect(stdout).to.include('partition');
    expect(stdout).to.match(/bootstrap nodes +2 /);
  });

  it('says who would be hit, and touches nobody', async () => {
    const first = await net.result('partition', '--seed', '4', '--dry-run');
    const again = await net.result('partition', '--seed', '4', '--dry-run');
    expect(first.sides).to.deep.equal(again.sides);
    expect(first).to.include({ verdict: null, proof: null, targets: 19 });
    expect(net.journal()).to.deep.equal([]);
    await net.isWell();
  });

  it('heals when it is interrupted', async () => {
    const { child, finished } = net.cqkd.start(['chaos', 'partition', '--for', '60s']);
    await until('the cut', isCut);
    child.kill('SIGINT');
    expect((await finished).code).to.equal(130);
    expect(net.journal()).to.deep.equal([]);
    await net.isWell();
  });

  it('is unknown, not survived, when it did not take hold or was lifted before its time', async () => {
    const { finished } = net.cqkd.start(['chaos', 'partition', '--for', '6s', '--json']);
    await until('the cut', isCut);
    await net.client.liftFaults(signal);
    const { code, stdout } = await finished;
    expect(code).to.equal(5);
    const { verdict, reasons } = JSON.parse(stdout) as { verdict: string; reasons: string[] };
    expect(verdict).to.equal('unknown');
    expect(reasons.join()).to.match(/did not take hold|lifted before its time/);
  });

  it('is refused twice at once, and on a network that is not well', async () => {
    const { finished } = net.cqkd.start(['chaos', 'partition', '--for', '5s']);
    await until('the cut', isCut);
    const second = await cut();
    expect([second.code, second.stderr]).to.match(/^4,error: .*chaos partition/);
    const down = await net.cqkd.run('down');
    expect([down.code, down.stderr]).to.match(/^4,error: .*chaos partition/);
    await finished;
    const names = (await net.client.network(signal)).hosts.flatMap(({ nodes }) =>
      nodes.map(({ name }) => name),
    );
    const groups = [names.slice(0, 9), names.slice(9)];
    const deaf: [number, number][] = [
      [0, 1],
      [1, 0],
    ];
    await net.client.putFault({ id: 'other', ttlSeconds: 60, groups, deaf }, signal);
    const third = await cut();
    expect([third.code, third.stderr]).to.match(/^4,error: Network cqkd is not in a steady state .*--anyway/);
    await net.client.liftFaults(signal);
  });
});
