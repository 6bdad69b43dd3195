import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from 'chai';
import { EnvironmentError, InterruptedError, UsageError } from '../../errors.js';
import { down } from '../../services/down.js';
import type { HookData } from '../../services/hooks.js';
import type { ProgressTask } from '../../services/progress.js';
import { status } from '../../services/status.js';
import { readDeployment } from '../../state/deployment.js';
import { networkNames } from '../../state/networks.js';
import { networkPaths } from '../../state/paths.js';
import { holdPort } from '../support/loopback.js';
import type { Sandbox } from '../support/sandbox.js';
import { deployStandIn, rejectionOf, withStandIns } from '../support/stand-in.js';
import { until } from '../support/until.js';

describe('deploy', () => {
  let sandbox: Sandbox;
  const { signal } = new AbortController();
  withStandIns((fresh) => {
    sandbox = fresh;
  });

  const nothingLeft = (network: string) => {
    expect(sandbox.processes(network)).to.deep.equal([]);
    expect(networkNames(sandbox.root)).not.to.include(network);
  };

  it('brings a network up and answers what there is', async () => {
    const result = await deployStandIn(sandbox, 'one');
    expect(result).to.include({ network: 'one', driver: 'process', topology: 'tiered', workers: 15 });
    expect(result).to.include({ bootstraps: 2, hosts: 3, nodes: 19, bootstrapSeconds: 1.5 });
    expect(result.elapsedSeconds).to.be.greaterThan(0);
    expect(sandbox.processes('one').length).to.equal(4);
    const { networks } = await status({ root: sandbox.root, signal });
    expect(networks.map(({ network, state }) => `${network} ${state}`)).to.deep.equal(['one ready']);
  });

  it('tells its progress by tier', async () => {
    const seen: (readonly ProgressTask[])[] = [];
    await deployStandIn(sandbox, 'one', { onProgress: (tasks) => seen.push(tasks) });
    const last = seen.at(-1) ?? [];
    expect(last.map(({ id, done, total }) => `${id} ${done}/${total}`)).to.deep.equal([
      'hosts 4/4',
      'super 2/2',
      'worker 15/15',
      'endpoint 2/2',
      'crawl 19/19',
    ]);
    expect(last.every((task) => task.state === 'done')).to.equal(true);
    expect(seen[0]?.map((task) => task.id)).to.deep.equal(last.map((task) => task.id));
  });

  it('runs the hooks with data and puts the run on record', async () => {
    const calls: [keyof HookData, unknown][] = [];
    const hooks = {
      run: async (name: keyof HookData, data: unknown) => {
        calls.push([name, data]);
        return [];
      },
    };
    const result = await deployStandIn(sandbox, 'one', { hooks });
    expect(calls.map(([name]) => name)).to.deep.equal(['run_recorded', 'network_deployed']);
    expect(calls[1]?.[1]).to.equal(result);
    const [line = ''] = readFileSync(networkPaths(sandbox.root, 'one').runs, 'utf8').split('\n');
    expect(JSON.parse(line)).to.deep.include({
      command: 'deploy',
      network: 'one',
      node: process.versions.node,
    });
    expect(JSON.parse(line).result).not.to.have.property('plan');
  });

  it('runs hosts on the Node.js that is named, from the folder of the caller', async () => {
    const nodeBinary = relative('.', process.execPath);
    const { plan } = await deployStandIn(sandbox, 'one', { nodeBinary });
    expect(plan.node.version).to.equal(process.versions.node);
    expect(sandbox.processes('one').length).to.equal(4);
    expect(readDeployment(networkPaths(sandbox.root, 'one'))?.nodeBinary).to.equal(process.execPath);
  });

  it('refuses a Node.js that is none before it changes anything', async () => {
    const error = await rejectionOf(deployStandIn(sandbox, 'one', { nodeBinary: '/nowhere/node' }));
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.match(/--node-binary .*, got \/nowhere\/node, which is not there$/);
    nothingLeft('one');
  });

  it('only plans in a dry run', async () => {
    const result = await deployStandIn(sandbox, 'one', { dryRun: true, workers: 1000 });
    expect(result).to.include({ bootstrapSeconds: null, coordinator: null, nodes: 1086 });
    expect(existsSync(sandbox.root)).to.equal(false);
  });

  it('names the host that dies while starting, with its last words, and cleans up', async () => {
    const error = await rejectionOf(deployStandIn(sandbox, 'dies-one'));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.equal(
      'Host shared-1 ended with code 7 while starting; its last words: out of luck',
    );
    nothingLeft('dies-one');
  });

  it('names a node that could not join, and cleans up', async () => {
    const error = await rejectionOf(deployStandIn(sandbox, 'fails-one'));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.equal('1 nodes could not join (worker-0001: no bootstrap node answered)');
    nothingLeft('fails-one');
  });

  it('cleans up when it is interrupted', async () => {
    const controller = new AbortController();
    const deploying = rejectionOf(deployStandIn(sandbox, 'stuck-one', { signal: controller.signal }));
    await until('all hosts', () => sandbox.processes('stuck-one').length === 4);
    controller.abort(new InterruptedError('SIGINT'));
    expect(await deploying).to.be.instanceOf(InterruptedError);
    nothingLeft('stuck-one');
  });

  it('starts nothing when it is interrupted before', async () => {
    const interrupted = AbortSignal.abort(new InterruptedError('SIGTERM'));
    const error = await rejectionOf(deployStandIn(sandbox, 'one', { signal: interrupted }));
    expect(error).to.be.instanceOf(InterruptedError);
    nothingLeft('one');
  });

  it('refuses a name that is taken, and replaces it when asked to', async () => {
    const first = await deployStandIn(sandbox, 'one');
    const error = await rejectionOf(deployStandIn(sandbox, 'one'));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.include('Network one exists already');
    expect(sandbox.processes('one').length).to.equal(4);
    const second = await deployStandIn(sandbox, 'one', { clean: true, workers: 20 });
    expect(second.coordinator).not.to.deep.equal(first.coordinator);
    expect(sandbox.processes('one').length).to.equal(5);
  });

  it('does not clean before it knows that the input is right', async () => {
    await deployStandIn(sandbox, 'one');
    expect(
      await rejectionOf(deployStandIn(sandbox, 'one', { clean: true, settings: { no: '1' } })),
    ).to.be.instanceOf(UsageError);
    expect(sandbox.processes('one').length).to.equal(4);
  });

  it('lets one of two deploys of a name through', async () => {
    const both = await Promise.allSettled([deployStandIn(sandbox, 'one'), deployStandIn(sandbox, 'one')]);
    const [failed] = both.filter((each) => each.status === 'rejected');
    expect(both.filter((each) => each.status === 'fulfilled').length).to.equal(1);
    expect((failed as PromiseRejectedResult).reason).to.be.instanceOf(EnvironmentError);
    expect((failed as PromiseRejectedResult).reason.message).to.match(/Another cqkd command|exists already/);
  });

  it('gives networks that come up at the same time addresses of their own', async () => {
    const results = await Promise.all(['one', 'two', 'three'].map((name) => deployStandIn(sandbox, name)));
    const blocks = new Set(
      results.map(({ plan }) => plan.ground.kind === 'loopback' && plan.ground.block.index),
    );
    expect(blocks.size).to.equal(3);
    for (const name of ['one', 'two', 'three']) expect(sandbox.processes(name).length).to.equal(4);
  });

  it('names a bootstrap port that another program has, and changes nothing', async () => {
    const held = await holdPort(sandbox.address, 5679);
    const error = await rejectionOf(deployStandIn(sandbox, 'one'));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.include(`UDP port 5679 of ${sandbox.address}`);
    nothingLeft('one');
    await held.release();
  });

  it('refuses what is no number of workers', async () => {
    for (const workers of [0, 1.5, -1, Number.NaN]) {
      expect(await rejectionOf(deployStandIn(sandbox, 'one', { workers }))).to.be.instanceOf(UsageError);
    }
  });

  it('needs a state folder that can be written', async () => {
    writeFileSync(sandbox.root, '');
    const error = await rejectionOf(deployStandIn(sandbox, 'one'));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.include('XDG_STATE_HOME');
    rmSync(sandbox.root);
  });

  it('says what to do with what an interrupted deploy left over', async () => {
    mkdirSync(networkPaths(sandbox.root, 'one').folder, { recursive: true });
    expect((await rejectionOf(deployStandIn(sandbox, 'one'))).message).to.include('exists already');
    const { networks } = await status({ root: sandbox.root, signal });
    expect(networks[0]?.state).to.equal('interrupted');
    await down({ root: sandbox.root, network: 'one', signal });
    nothingLeft('one');
  });
});
