import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CoordinatorError } from '../../coordinator-client/coordinator-client.js';
import { UsageError } from '../../errors.js';
import type { HookData, HookRunner } from '../../services/hooks.js';
import type { VerifyResult } from '../../services/results.js';
import { type VerifyOptions, verify } from '../../services/verify.js';
import { identify } from '../../state/identity.js';
import { networkPaths } from '../../state/paths.js';
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
    const lines = readFileSync(networkPaths(sandbox.root, 'one').runs, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).command)).to.deep.equal(['deploy', 'verify']);
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
    const { pid } = sandbox.processes('one').find(({ unit }) => unit === 'worker-east-1') as { pid: number };
    process.kill(pid, 'SIGKILL');
    await until('its end', () => identify(pid) === undefined);
    const result = await verifyOf('one', { metrics: ['memory'] });
    expect(result.metrics[0]).to.include({ id: 'memory', value: null, status: 'unknown' });
    expect(result.metrics[0]?.note).to.include('worker-east-1');
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
