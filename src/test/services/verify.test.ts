import { expect } from 'chai';
import { CoordinatorError } from '../../coordinator-client/coordinator-client.js';
import { InterruptedError, UsageError } from '../../errors.js';
import type { HookData, HookRunner } from '../../services/hooks.js';
import { openNetwork } from '../../services/network-handle.js';
import type { VerifyResult } from '../../services/results.js';
import { type VerifyOptions, verify } from '../../services/verify.js';
import { verifyRuns } from '../../services/verify-history.js';
import { measureAndJudge } from '../../services/verify-measure.js';
import { identify } from '../../state/identity.js';
import { networkPaths } from '../../state/paths.js';
import { readRuns } from '../../state/run-records.js';
import type { Sandbox } from '../support/sandbox.js';
import { deployStandIn, rejectionOf, withStandIns } from '../support/stand-in.js';
import { until } from '../support/until.js';

describe('verify', () => {
  let sandbox: Sandbox;
  let called: (keyof HookData)[];
  const { signal } = new AbortController();
  withStandIns((fresh) => {
    sandbox = fresh;
    called = [];
  });

  const hooks: HookRunner = {
    run: async (name) => {
      called.push(name);
      return [];
    },
  };
  const verifyOf = (network: string, options: Partial<VerifyOptions> = {}): Promise<VerifyResult> =>
    verify({ root: sandbox.root, network, signal, hooks, ...options });

  it('passes, and puts the run on record', async () => {
    await deployStandIn(sandbox, 'one');
    const result = await verifyOf('one', { metrics: ['uptime', 'bootstrap_time'] });
    expect(result).to.include({ network: 'one', workers: 15, column: 15, verdict: 'pass', rounds: 1 });
    expect(result.metrics.map(({ id, value }) => [id, value])).to.deep.equal([
      ['bootstrap_time', 1.5],
      ['uptime', 100],
    ]);
    expect(result.coordinatorMemoryBytes).to.be.greaterThan(1e6);
    expect(called).to.deep.equal(['run_recorded']);
    const runs = readRuns(networkPaths(sandbox.root, 'one'));
    expect(runs.map(({ command }) => command)).to.deep.equal(['deploy', 'verify']);
    expect(runs[1]?.result).to.deep.equal(JSON.parse(JSON.stringify(result)));
  });

  it('holds each metric against the last run that measured it', async () => {
    await deployStandIn(sandbox, 'one');
    const first = await verifyOf('one', { metrics: ['uptime', 'bootstrap_time'] });
    expect(first.metrics.map(({ previous }) => previous)).to.deep.equal([null, null]);
    await verifyOf('one', { metrics: ['uptime'] });
    const { metrics } = await verifyOf('one', { metrics: ['uptime', 'bootstrap_time'] });
    const runs = verifyRuns(sandbox.root, 'one', 15);
    expect(metrics.map(({ id, previous }) => [id, previous])).to.deep.equal([
      ['bootstrap_time', { at: runs[0]?.at, value: 1.5, status: 'pass', change: 0, trend: 'same' }],
      ['uptime', { at: runs[1]?.at, value: 100, status: 'pass', change: 0, trend: 'same' }],
    ]);
    expect(runs.map((run) => run.metrics.length)).to.deep.equal([2, 1, 2]);
    expect(verifyRuns(sandbox.root, 'one', 16)).to.deep.equal([]);
  });

  it("holds it against the user's own targets", async () => {
    await deployStandIn(sandbox, 'one');
    const targets = { bootstrap_time: { target: 1, threshold: null } };
    const result = await verifyOf('one', { metrics: ['bootstrap_time'], targets });
    expect(result.metrics[0]).to.include({ target: 1, threshold: null, status: 'fail', own: true });
  });

  it('goes on until it is interrupted, and leaves on record what it measured', async () => {
    await deployStandIn(sandbox, 'one');
    const stop = new AbortController();
    const result = await verifyOf('one', {
      metrics: ['uptime'],
      watchSeconds: 3600,
      everySeconds: 0.01,
      signal: stop.signal,
      onRound: ({ number }) => {
        if (number === 3) stop.abort(new InterruptedError('SIGINT'));
      },
    });
    expect(result).to.include({ rounds: 3, verdict: 'pass' });
    expect(result.soak).to.include({ hour: null, isInterrupted: true, seconds: 3600 });
    const [recorded] = readRuns(networkPaths(sandbox.root, 'one')).slice(1);
    expect(recorded?.result).to.deep.equal(JSON.parse(JSON.stringify(result)));
  });

  it('fails a soak by what fails again and again', async () => {
    await deployStandIn(sandbox, 'shaky-one');
    const options = { metrics: ['uptime'], watchSeconds: 0.05, everySeconds: 1 };
    const result = await verifyOf('shaky-one', options);
    expect(result).to.include({ rounds: 2, verdict: 'fail' });
    expect(result.soak?.streaks).to.have.length(1);
    expect(result.soak?.streaks[0]).to.include({
      metric: 'uptime',
      kind: 'breach',
      from: 1,
      to: 2,
      worst: 50,
    });
    expect(called).to.deep.equal(['run_recorded', 'gate_failed']);
  });

  it('measures and judges without a record, for others', async () => {
    await deployStandIn(sandbox, 'one');
    const handle = await openNetwork(sandbox.root, 'one');
    const { verdict, metrics } = await measureAndJudge(handle, { metrics: ['uptime'], signal });
    expect(verdict).to.equal('pass');
    expect(metrics.map(({ id, value }) => [id, value])).to.deep.equal([['uptime', 100]]);
    expect(verifyRuns(sandbox.root, 'one', 15)).to.deep.equal([]);
  });

  it('tells the plugins of a gate that failed', async () => {
    await deployStandIn(sandbox, 'shaky-one');
    const result = await verifyOf('shaky-one', { metrics: ['uptime'] });
    expect(result.verdict).to.equal('fail');
    expect(called).to.deep.equal(['run_recorded', 'gate_failed']);
  });

  it('does not know what it could not measure', async () => {
    await deployStandIn(sandbox, 'one');
    const result = await verifyOf('one', { metrics: ['lookup_recall'] });
    expect(result.verdict).to.equal('unknown');
    expect(result.metrics[0]?.note).to.include('could not be measured');
  });

  it('does not know the memory of a network with a dead host', async () => {
    await deployStandIn(sandbox, 'one');
    const { pid } = sandbox.processes('one').find(({ unit }) => unit === 'shared-1') as { pid: number };
    process.kill(pid, 'SIGKILL');
    await until('its end', () => identify(pid) === undefined);
    const result = await verifyOf('one', { metrics: ['memory'] });
    expect(result.metrics[0]).to.include({ id: 'memory', value: null, status: 'unknown' });
    expect(result.metrics[0]?.note).to.include('shared-1');
  });

  it('needs a coordinator', async () => {
    await deployStandIn(sandbox, 'one');
    const { pid } = sandbox.processes('one').find(({ unit }) => unit === 'coordinator') as { pid: number };
    process.kill(pid, 'SIGKILL');
    await until('its end', () => identify(pid) === undefined);
    expect(await rejectionOf(verifyOf('one'))).to.be.instanceOf(CoordinatorError);
  });

  it('names the nearest metric for one that does not exist', async () => {
    const error = await rejectionOf(verifyOf('one', { metrics: ['recall'] }));
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.equal('There is no metric recall; the nearest is lookup_recall');
  });
});
