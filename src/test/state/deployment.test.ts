import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { EnvironmentError, UsageError } from '../../errors.js';
import {
  type Deployment,
  deploymentVersion,
  readDeployment,
  readToken,
  writeDeployment,
  writeToken,
} from '../../state/deployment.js';
import { makeFolder, writeFileAtomic } from '../../state/files.js';
import { blocksInUse, networkNames } from '../../state/networks.js';
import { networkPaths, requireNetworkName, stateRoot } from '../../state/paths.js';
import { planOf } from '../support/plan-input.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('the state of a network', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const paths = (name = 'one') => networkPaths(folder.path, name);
  const deployment: Deployment = {
    version: deploymentVersion,
    state: 'up',
    driver: 'process',
    createdAt: 1,
    coordinatorUrl: 'http://127.0.0.1:1',
    plan: planOf(15),
  };

  it('lies in $XDG_STATE_HOME, or in the home folder', () => {
    expect(stateRoot({ XDG_STATE_HOME: '/a' })).to.equal('/a/cqkd');
    expect(stateRoot({})).to.match(/\.local.state.cqkd$/);
  });

  it('comes back as it was written', async () => {
    await makeFolder(paths().folder);
    expect(readDeployment(paths())).to.equal(undefined);
    writeDeployment(paths(), deployment);
    expect(readDeployment(paths())).to.deep.equal(deployment);
    expect(networkNames(folder.path)).to.deep.equal(['one']);
    expect([...blocksInUse(folder.path)]).to.deep.equal([0]);
  });

  it('keeps the token from others', async () => {
    await makeFolder(paths().folder);
    writeToken(paths(), 'secret');
    expect(readToken(paths())).to.equal('secret');
    expect(statSync(paths().token).mode & 0o777).to.equal(0o600);
    expect(statSync(paths().folder).mode & 0o777).to.equal(0o700);
  });

  for (const text of [
    '',
    '{',
    '[]',
    JSON.stringify({ version: deploymentVersion }),
    '{"version":"1"}',
    JSON.stringify({ ...deployment, plan: { workers: 'many' } }),
  ]) {
    it(`that is corrupt (${text.slice(0, 20)}) says how to go on`, async () => {
      await makeFolder(paths().folder);
      writeFileSync(paths().plan, text);
      expect(() => readDeployment(paths())).to.throw(
        EnvironmentError,
        /plan\.json is corrupt: .*down --force/,
      );
      expect([...blocksInUse(folder.path)]).to.deep.equal([]);
    });
  }

  for (const version of [1, deploymentVersion + 1]) {
    it(`of version ${version} was written by another version of cqkd, and says how to go on`, async () => {
      await makeFolder(paths().folder);
      writeFileSync(paths().plan, JSON.stringify({ ...deployment, version }));
      expect(() => readDeployment(paths())).to.throw(
        EnvironmentError,
        /plan\.json was written by another version of cqkd: .*down --force/,
      );
    });
  }

  it('in a folder that can not be made is an environment error', async () => {
    writeFileSync(join(folder.path, 'file'), '');
    const error = await makeFolder(join(folder.path, 'file', 'deep', 'er')).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(EnvironmentError);
    expect((error as Error).message).to.include('XDG_STATE_HOME');
  });

  it('that can not be written is an environment error', () => {
    writeFileSync(join(folder.path, 'file'), '');
    expect(() => writeFileAtomic(join(folder.path, 'file', 'plan.json'), 'x')).to.throw(
      EnvironmentError,
      'XDG_STATE_HOME',
    );
  });

  it('has a name that can be a folder', () => {
    for (const name of ['cqkd', 'a', 'net-2', '0']) expect(requireNetworkName(name)).to.equal(name);
    for (const name of ['', '.', '..', 'a/b', 'A', 'a b', '-a', 'a-', 'x'.repeat(33), 'ä']) {
      expect(() => requireNetworkName(name), name).to.throw(UsageError, 'name');
    }
  });
});
