import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { until } from '../../../../src/test/support/until.js';
import type { RollbackResult } from '../../src/results.js';
import { createLab, type Lab } from '../support/lab.js';

interface SavedState {
  state: string;
  change?: { what: string };
}

describe('a change that is interrupted', function () {
  this.timeout(300_000);
  let lab: Lab;
  before(async () => {
    lab = await createLab('one', '-w', '20', '--density', '2', '--driver', 'process');
    await lab.store(20);
  });
  after(() => lab?.remove());
  afterEach(async () => {
    expect(await lab.lost()).to.deep.equal([]);
  });

  const saved = () =>
    JSON.parse(readFileSync(`${lab.cqkd.root}/${lab.network}/plan.json`, 'utf8')) as SavedState;
  const start = (...args: string[]) => lab.cqkd.start([...args, '-n', lab.network]);
  const portsOf = async () => {
    const { hosts } = await lab.client.network(new AbortController().signal);
    const nodes = hosts.flatMap((host) => host.nodes);
    return nodes.flatMap(({ tier, port }) => (tier === 'worker' ? [port] : []));
  };
  /** So many workers that listen on the static port. */
  const moved = async () => (await portsOf()).filter((port) => port === 7000).length;
  const isWhole = async () => {
    const { unfinished, phases } = await lab.flags();
    expect(unfinished).to.equal(null);
    expect(phases.flatMap(({ drifts }) => drifts)).to.deep.equal([]);
    expect(saved()).to.not.have.property('change');
    const view = await lab.client.network(new AbortController().signal);
    expect(Object.values(view.tiers).every(({ joined, total }) => joined === total)).to.equal(true);
  };

  it('by kill -9 while it measures: says so, and the same command ends it', async () => {
    const { child, finished } = start('rollback', 'refresh');
    await until('the flag is down', () => saved().state === 'changing');
    await until('it is in force', async () => {
      const { settings } = await lab.client.getSettings(new AbortController().signal);
      return settings.enable_adaptive_refresh === 'false';
    });
    child.kill('SIGKILL');
    await finished;
    expect((await lab.flags()).unfinished?.what).to.equal('rollback of phase 5 (adaptive refresh)');
    const { networks } = await lab.cqkd.json('status', '-n', lab.network);
    expect((networks as { note?: string }[])[0]?.note).to.include(
      'unfinished: rollback of phase 5 (adaptive refresh)',
    );
    await lab.cqkd.json('rollback', 'refresh', '--no-verify', '-n', lab.network);
    expect(await lab.off()).to.deep.equal(['refresh']);
    await isWhole();
    await lab.cqkd.json('flags', '--set', 'enable_adaptive_refresh=true', '-n', lab.network);
  });

  for (const hosts of [1, 4]) {
    it(`by kill -9 after ${hosts} hosts were changed: the same command ends it, its opposite undoes it`, async () => {
      const { child, finished } = start('rollback', 'ports', '--no-verify');
      await until('some have moved', async () => (await moved()) >= 2 * hosts);
      child.kill('SIGKILL');
      await finished;
      expect(await moved()).to.be.below(20);
      const { unfinished, phases } = await lab.flags();
      expect(unfinished?.what).to.equal('rollback of phase 1 (dynamic ports)');
      expect(phases[0]?.drifts.length).to.be.above(0);
      if (hosts === 1) {
        await lab.cqkd.json('rollback', 'ports', '--no-verify', '-n', lab.network);
        expect(await moved()).to.equal(20);
        await isWhole();
      }
      await lab.cqkd.json('flags', '--set', 'enable_dynamic_ports=true', '-n', lab.network);
      expect(await moved()).to.be.at.most(1);
      await isWhole();
    });
  }

  it('by Ctrl-C: puts the network back and exits with 130', async () => {
    const { child, finished } = start('rollback', 'ports', '--no-verify');
    await until('some have moved', async () => (await moved()) >= 4);
    child.kill('SIGINT');
    expect(await finished).to.include({ code: 130 });
    expect(await moved()).to.be.at.most(1);
    expect(await lab.off()).to.deep.equal([]);
    await isWhole();
    expect((await lab.flags()).history.at(-1)?.outcome).to.equal('undone');
  });

  it('by hosts that do not answer: they take it when they are back', async () => {
    const frozen = lab.cqkd.processes(lab.network).filter(({ unit }) => /^worker-.*-[12]$/.test(unit));
    expect(frozen.length).to.be.above(3);
    for (const { pid } of frozen) process.kill(pid, 'SIGSTOP');
    try {
      const result = await lab.result<RollbackResult>('rollback', 'refresh', '--no-verify');
      expect(result.pending.map(({ host }) => host).sort()).to.deep.equal(
        frozen.map(({ unit }) => unit).sort(),
      );
      expect((await lab.flags()).away.length).to.be.above(0);
    } finally {
      for (const { pid } of frozen) process.kill(pid, 'SIGCONT');
    }
    await until('all have it', async () => {
      const { phases, away } = await lab.flags();
      return away.length === 0 && phases.every(({ drifts }) => drifts.length === 0);
    });
    expect(await lab.off()).to.deep.equal(['refresh']);
    await lab.cqkd.json('flags', '--set', 'enable_adaptive_refresh=true', '-n', lab.network);
    await until('all are back', async () => {
      const view = await lab.client.network(new AbortController().signal);
      return view.state === 'ready';
    });
    await isWhole();
  });

  it('is not begun while another one is at work', async () => {
    // It measures for ten seconds first.
    const { child, finished } = start('rollback', 'refresh');
    await until('it is at work', () => existsSync(`${lab.cqkd.root}/.locks/${lab.network}`));
    const other = await lab.cqkd.run('rollback', 'health', '-n', lab.network);
    expect(other).to.include({ code: 4 });
    expect(other.stderr).to.include('Another cqkd command (rollback');
    child.kill('SIGINT');
    expect(await finished).to.include({ code: 130 });
    expect(await lab.off()).to.deep.equal([]);
    await isWhole();
  });
});
