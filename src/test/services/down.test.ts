import { rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { EnvironmentError, UsageError } from '../../errors.js';
import { down } from '../../services/down.js';
import { status } from '../../services/status.js';
import { identify } from '../../state/identity.js';
import { networkNames } from '../../state/networks.js';
import { networkPaths } from '../../state/paths.js';
import type { Sandbox } from '../support/sandbox.js';
import { deployStandIn, rejectionOf, withStandIns } from '../support/stand-in.js';
import { until } from '../support/until.js';

describe('down and status', () => {
  let sandbox: Sandbox;
  const { signal } = new AbortController();
  withStandIns((fresh) => {
    sandbox = fresh;
  });

  const stateOf = async (network: string) => {
    const { networks } = await status({ root: sandbox.root, network, signal });
    return networks[0];
  };
  const kill = async (network: string, ...units: string[]) => {
    const meant = sandbox.processes(network).filter(({ unit }) => units.includes(unit));
    for (const { pid } of meant) process.kill(pid, 'SIGKILL');
    await until('their end', () => meant.every(({ pid }) => identify(pid) === undefined));
  };

  it('ends a network without a trace', async () => {
    await deployStandIn(sandbox, 'one');
    const { networks } = await down({ root: sandbox.root, network: 'one', signal });
    expect(networks[0]?.hosts.length).to.equal(4);
    expect(sandbox.processes('one')).to.deep.equal([]);
    expect(networkNames(sandbox.root)).to.deep.equal([]);
  });

  it('ends it at once when forced, and all of them when asked to', async () => {
    await Promise.all([deployStandIn(sandbox, 'one'), deployStandIn(sandbox, 'two')]);
    await down({ root: sandbox.root, network: 'one', force: true, signal });
    expect(networkNames(sandbox.root)).to.deep.equal(['two']);
    expect(sandbox.processes('two').length).to.equal(4);
    await down({ root: sandbox.root, network: 'cqkd', all: true, signal });
    expect(networkNames(sandbox.root)).to.deep.equal([]);
    expect(sandbox.processes('two')).to.deep.equal([]);
  });

  it('tells when a host or the coordinator is dead, and still ends the rest', async () => {
    await deployStandIn(sandbox, 'one');
    await kill('one', 'shared-1');
    const degraded = await stateOf('one');
    expect(degraded?.state).to.equal('degraded');
    expect(degraded?.hosts.find((host) => host.name === 'shared-1')?.state).to.equal('dead');
    await kill('one', 'coordinator');
    const unreachable = await stateOf('one');
    expect(unreachable?.state).to.equal('unreachable');
    expect(unreachable?.coordinator.state).to.equal('dead');
    expect(unreachable?.hosts.find((host) => host.name === 'super-primary')?.state).to.equal('unknown');
    await down({ root: sandbox.root, network: 'one', signal });
    expect(sandbox.processes('one')).to.deep.equal([]);
    expect(networkNames(sandbox.root)).to.deep.equal([]);
  });

  it('tells when nothing runs any more', async () => {
    await deployStandIn(sandbox, 'one');
    await kill('one', ...sandbox.processes('one').map(({ unit }) => unit));
    expect((await stateOf('one'))?.state).to.equal('dead');
    await down({ root: sandbox.root, network: 'one', signal });
    expect(networkNames(sandbox.root)).to.deep.equal([]);
  });

  it('goes through a corrupt plan when forced', async () => {
    await deployStandIn(sandbox, 'one');
    writeFileSync(networkPaths(sandbox.root, 'one').plan, '{"version":');
    const error = await rejectionOf(down({ root: sandbox.root, network: 'one', signal }));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(/plan\.json is corrupt: .*down --force/);
    expect(sandbox.processes('one').length).to.equal(4);
    expect((await stateOf('one'))?.state).to.equal('corrupt');
    await down({ root: sandbox.root, network: 'one', force: true, signal });
    expect(sandbox.processes('one')).to.deep.equal([]);
    expect(networkNames(sandbox.root)).to.deep.equal([]);
  });

  it('goes on with the others when one can not be ended, and says which', async () => {
    await Promise.all([deployStandIn(sandbox, 'aa'), deployStandIn(sandbox, 'bb')]);
    writeFileSync(networkPaths(sandbox.root, 'aa').plan, '{"version":');
    const error = await rejectionOf(down({ root: sandbox.root, network: 'cqkd', all: true, signal }));
    expect(error.message).to.match(/plan\.json is corrupt: .* cqkd down --force -n aa$/);
    expect(networkNames(sandbox.root)).to.deep.equal(['aa']);
    expect(sandbox.processes('bb')).to.deep.equal([]);
  });

  it('finds processes whose state folder is gone', async () => {
    await deployStandIn(sandbox, 'one');
    rmSync(networkPaths(sandbox.root, 'one').folder, { recursive: true });
    expect(sandbox.processes('one').length).to.equal(4);
    const { networks } = await down({ root: sandbox.root, network: 'one', signal });
    expect(networks[0]?.hosts.length).to.equal(4);
    expect(sandbox.processes('one')).to.deep.equal([]);
    expect(networkNames(sandbox.root)).to.deep.equal([]);
  });

  it('does not need the record of the processes', async () => {
    await deployStandIn(sandbox, 'one');
    writeFileSync(networkPaths(sandbox.root, 'one').processes, '{"version":');
    expect((await stateOf('one'))?.state).to.equal('ready');
    await down({ root: sandbox.root, network: 'one', signal });
    expect(sandbox.processes('one')).to.deep.equal([]);
  });

  it('names the networks there are for one that does not exist', async () => {
    await deployStandIn(sandbox, 'one');
    for (const call of [down({ root: sandbox.root, network: 'two', signal }), stateOf('two')]) {
      const error = await rejectionOf(call);
      expect(error).to.be.instanceOf(EnvironmentError);
      expect(error.message).to.equal('There is no network two; there is one');
    }
    const error = await rejectionOf(down({ root: sandbox.root, network: '../one', signal }));
    expect(error).to.be.instanceOf(UsageError);
  });

  it('has nothing to do where there is no network', async () => {
    expect((await status({ root: sandbox.root, signal })).networks).to.deep.equal([]);
    const { networks } = await down({ root: sandbox.root, network: 'cqkd', all: true, signal });
    expect(networks).to.deep.equal([]);
  });
});
