import { rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { until } from '../../../../src/test/support/until.js';
import { type SmallNetwork, smallNetwork } from '../support/small-network.js';

describe('chaos heal', function () {
  this.timeout(180_000);
  let net: SmallNetwork;
  beforeEach(async () => {
    net = await smallNetwork();
  });
  afterEach(() => net.remove());

  it('undoes what a command that was killed has left, again and again', async () => {
    for (const args of [['partition'], ['pause'], ['kill', '--tier', 'super', '--count', '1']]) {
      const { child, finished } = net.cqkd.start(['chaos', ...args, '--for', '60s']);
      await until('the fault', () => net.journal().some(({ stage }) => stage === 'on'));
      const [{ id } = { id: '' }] = net.journal();
      child.kill('SIGKILL');
      await finished;
      expect((await net.cqkd.json('chaos', 'heal')).lifted).to.deep.equal([id]);
      await net.isWell();
    }
    const { code, stdout } = await net.chaos('heal');
    expect([code, stdout]).to.deep.equal([0, '✔ cqkd: nothing was on\n']);
  });

  it('works where the state folder is lost', async function () {
    if (process.platform !== 'linux') this.skip();
    const { child, finished } = net.cqkd.start(['chaos', 'pause', '--for', '60s']);
    await until('the fault', () => net.journal().some(({ stage }) => stage === 'on'));
    child.kill('SIGKILL');
    await finished;
    rmSync(`${net.cqkd.root}/cqkd`, { recursive: true });
    expect((await net.cqkd.json('chaos', 'heal')).revived).to.have.length(1);
    await net.isWell();
  });

  it('tells of hosts that something else has killed, and what starts them again', async () => {
    const hosts = net.cqkd.processes('cqkd').filter(({ unit }) => unit !== 'coordinator');
    for (const { pid } of hosts) process.kill(pid, 'SIGKILL');
    await until('their end', () => net.cqkd.processes('cqkd').length === 1);
    const { code, stdout } = await net.chaos('heal');
    expect(code).to.equal(4);
    expect(stdout).to.match(/nothing was on\n +dead, by no fault that is known: /);
    const [remedy = ''] = /cqkd scale -w \d+ -n cqkd/.exec(stdout.replace(/\s+/g, ' ')) ?? [];
    expect((await net.cqkd.run('status')).stdout).to.include(`${remedy} starts dead hosts again`);
    await net.cqkd.json(...remedy.split(' ').slice(1));
    await net.isWell();
    expect((await net.cqkd.json('chaos', 'heal')).dead).to.equal(null);
  });

  it('says what to do with a journal that is broken', async () => {
    writeFileSync(`${net.cqkd.root}/cqkd/journal.json`, 'x');
    const { code, stderr } = await net.chaos('heal');
    expect([code, stderr]).to.match(/^4,error: .*journal.json is corrupt: .*remove it/);
  });
});
