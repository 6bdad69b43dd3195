import { expect } from 'chai';
import { EnvironmentError, InterruptedError, UsageError } from '../../errors.js';
import { noHooks } from '../../services/hooks.js';
import { openNetwork } from '../../services/network-handle.js';
import { type ScaleOptions, type ScaleResult, scale } from '../../services/scale.js';
import { status } from '../../services/status.js';
import type { Sandbox } from '../support/sandbox.js';
import { deployStandIn, rejectionOf, withStandIns } from '../support/stand-in.js';

describe('scale', () => {
  let sandbox: Sandbox;
  const { signal } = new AbortController();
  withStandIns((fresh) => {
    sandbox = fresh;
  });

  const scaleTo = (workers: number, options: Partial<ScaleOptions> = {}): Promise<ScaleResult> =>
    scale({ root: sandbox.root, network: 'one', workers, signal, hooks: noHooks, ...options });
  const workersNow = async () => {
    const { networks } = await status({ root: sandbox.root, network: 'one', signal });
    const nodes = networks[0]?.hosts.flatMap((host) => host.nodes) ?? [];
    return { state: networks[0]?.state, workers: nodes.filter((node) => node.tier === 'worker').length };
  };

  for (const { density, hosts } of [
    { density: 500, hosts: ['regional-east-1', 'worker-north-1'] },
    { density: undefined, hosts: ['shared-2'] },
  ]) {
    const packed = density === undefined ? 'shared hosts' : 'hosts of one tier each';
    it(`goes up and down with its tiers, on ${packed}`, async () => {
      await deployStandIn(sandbox, 'one', { density });
      const up = await scaleTo(80);
      expect(up).to.include({ workers: 80, previousWorkers: 15, bootstraps: 10 });
      expect(up.started).to.include.members(hosts);
      expect(await workersNow()).to.deep.equal({ state: 'ready', workers: 80 });
      const back = await scaleTo(15);
      expect(back.stopped).to.include.members(hosts);
      expect(await workersNow()).to.deep.equal({ state: 'ready', workers: 15 });
      expect(sandbox.processes('one').length).to.equal(back.hosts + 1);
    });
  }

  it('changes nothing when it already has that size', async () => {
    await deployStandIn(sandbox, 'one');
    const result = await scaleTo(15);
    expect(result.started).to.deep.equal([]);
    expect(result.stopped).to.deep.equal([]);
  });

  it('puts the network back as it was when it is interrupted', async () => {
    await deployStandIn(sandbox, 'one');
    const before = (await openNetwork(sandbox.root, 'one')).deployment;
    const controller = new AbortController();
    const error = await rejectionOf(
      scaleTo(80, {
        signal: controller.signal,
        onProgress: (tasks) => {
          if (tasks.find((task) => task.id === 'hosts')?.state === 'done') {
            controller.abort(new InterruptedError('SIGINT'));
          }
        },
      }),
    );
    expect(error).to.be.instanceOf(InterruptedError);
    expect((await openNetwork(sandbox.root, 'one')).deployment).to.deep.equal(before);
    expect(await workersNow()).to.deep.equal({ state: 'ready', workers: 15 });
    expect(sandbox.processes('one').length).to.equal(4);
  });

  it('refuses what can not be', async () => {
    expect(await rejectionOf(scaleTo(20))).to.be.instanceOf(EnvironmentError);
    await deployStandIn(sandbox, 'one');
    expect(await rejectionOf(scaleTo(0))).to.be.instanceOf(UsageError);
    expect(await rejectionOf(scaleTo(10_000_000))).to.be.instanceOf(UsageError);
    expect(await workersNow()).to.deep.equal({ state: 'ready', workers: 15 });
  });
});
