import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RollbackResult, RolloutResult } from '../../src/results.js';
import { createLab, type Lab } from '../support/lab.js';

describe('phases of a running network', function () {
  this.timeout(400_000);
  let lab: Lab;
  before(async () => {
    lab = await createLab('one', '-w', '20', '--density', '2', '--driver', 'process');
    await lab.store(40);
  });
  after(() => lab?.remove());

  it('are refused where that makes no sense, and nothing is changed', async () => {
    for (const [args, code, said] of [
      [['rollback'], 2, 'Name a phase (1 ports'],
      [['rollback', 'helath'], 2, 'There is no phase helath; the nearest is health'],
      [['rollback', '1', '--all'], 2, '--all takes no phases, got 1'],
      [['rollout', '3', '--canary', '50%'], 2, '--canary takes growing shares up to 100%'],
      [['flags', '--set', 'fast_check_intervall=3'], 2, 'There is no setting FAST_CHECK_INTERVALL'],
      [['flags', '--set', 'fast_check_interval=0'], 2, 'FAST_CHECK_INTERVAL takes'],
      [['flags', '--set', 'fast_check_interval'], 2, 'Expected KEY=VALUE'],
    ] as const) {
      const finished = await lab.cqkd.run(...args, '-n', lab.network);
      expect(finished, args.join(' ')).to.include({ code });
      expect(finished.stderr).to.include(said);
    }
    const missing = await lab.cqkd.run('rollback', '3', '-n', 'nobody');
    expect(missing).to.include({ code: 4 });
    expect(missing.stderr).to.include('There is no network nobody');
    expect((await lab.flags()).history).to.deep.equal([]);
  });

  it('are only told in a dry run', async () => {
    const planned = await lab.result<RollbackResult>('rollback', '--all', '--dry-run');
    expect(planned).to.include({ code: 0, isDone: false, how: 'rolling', verdict: null });
    expect(planned.changed.length).to.equal(5);
    expect((await lab.result<RolloutResult>('rollout', '3', '--dry-run')).changed).to.deep.equal([]);
    expect(await lab.off()).to.deep.equal([]);
  });

  it('are undone by hand, measured before and after, with nothing lost', async () => {
    const live = await lab.result<RollbackResult>('rollback', 'bootstrap', '4');
    expect(live).to.include({ how: 'live', isDone: true });
    expect(live.verdict).to.be.oneOf(['pass', 'warn', 'unknown']);
    expect(live.phases.map(({ number }) => number)).to.deep.equal([2, 4]);
    expect(live.before?.metrics.map(({ id }) => id)).to.deep.equal(live.after?.metrics.map(({ id }) => id));
    expect(await lab.off()).to.deep.equal(['bootstrap', 'health']);

    const rolling = await lab.result<RollbackResult>('rollback', 'ports', '--no-verify');
    expect(rolling).to.include({ code: 0, how: 'rolling', verdict: null });
    const { networks } = await lab.cqkd.json('status', '-n', lab.network);
    const [{ hosts }] = networks as [
      { hosts: { nodes: { tier: string; address: string; port: number }[] }[] },
    ];
    const workers = hosts.flatMap(({ nodes }) => nodes).filter(({ tier }) => tier === 'worker');
    expect(workers.every(({ port }) => port === 7000)).to.equal(true);
    expect(new Set(workers.map(({ address }) => address)).size).to.equal(20);
    expect(await lab.lost()).to.deep.equal([]);
  });

  it('come back step by step', async () => {
    const result = await lab.result<RolloutResult>(
      'rollout',
      'ports',
      'bootstrap',
      'health',
      '--canary',
      '30%,100%',
    );
    expect(result, JSON.stringify(result.steps.at(-1)?.gate.metrics)).to.include({
      cameBack: false,
      isDone: true,
    });
    expect(result.steps.map(({ percent }) => percent)).to.deep.equal([30, 100]);
    const { phases, unfinished, history } = await lab.flags();
    expect(phases.every(({ enabled, drifts }) => enabled && drifts.length === 0)).to.equal(true);
    expect(unfinished).to.equal(null);
    expect(history.at(-1)).to.include({ outcome: 'kept', why: 'asked for' });
    expect(await lab.lost()).to.deep.equal([]);
  });

  it('come back no further than the step whose gate fails', async () => {
    await lab.result('rollback', 'health', '--no-verify');
    const targets = join(lab.cqkd.root, 'strict.yaml');
    await writeFile(targets, 'join_success: { target: 100, threshold: 99 }');
    const { signal } = new AbortController();
    await lab.client.crashNode('worker-0020', signal);
    const reached = new Set<string>();
    let done = false;
    const watch = async () => {
      while (!done) {
        const { settings, hosts, nodes } = await lab.client.getSettings(signal);
        expect(settings.enable_health_check).to.equal('false');
        for (const values of Object.values(hosts))
          expect(values).to.not.have.property('enable_health_check', 'true');
        for (const [node, values] of Object.entries(nodes))
          if (values.enable_health_check === 'true') reached.add(node);
      }
    };
    const watching = watch();
    const result = await lab.result<RolloutResult>('rollout', 'health', '--targets', targets);
    done = true;
    await watching;
    expect(result).to.include({ code: 3, cameBack: true, verdict: 'fail' });
    expect(result.steps.map(({ percent }) => percent)).to.deep.equal([10]);
    const { hosts } = await lab.client.network(signal);
    const total = hosts.reduce((sum, { nodes }) => sum + nodes.length, 0);
    expect([...reached].sort()).to.deep.equal([...(result.steps[0]?.nodes ?? [])].sort());
    expect(reached.size).to.equal(Math.ceil(total / 10));
    expect([...reached].every((name) => name.startsWith('worker-'))).to.equal(true);
    expect(await lab.off()).to.deep.equal(['health']);
    const { phases, history } = await lab.flags();
    expect(phases.flatMap(({ drifts }) => drifts)).to.deep.equal([]);
    expect(history.at(-1)?.outcome).to.equal('undone');
    await lab.client.restartNode('worker-0020', signal);
  });

  it('are those of a network that is rebuilt from its saved plan', async () => {
    const record = join(lab.cqkd.root, lab.network, 'plan.json');
    await lab.cqkd.json('deploy', '--from', record, '-n', 'rebuilt');
    const rebuilt = await lab.cqkd.json('flags', '-n', 'rebuilt');
    const phases = rebuilt.phases as { name: string; enabled: boolean }[];
    expect(phases.filter(({ enabled }) => !enabled).map(({ name }) => name)).to.deep.equal(['health']);
    await lab.cqkd.json('down', '-n', 'rebuilt');
  });
});
