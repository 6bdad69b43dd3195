import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import type { Infrastructure } from '../../drivers/infrastructure.js';
import { EnvironmentError, InterruptedError, UsageError } from '../../errors.js';
import { type ComposeOptions, compose } from '../../services/compose.js';
import { noHooks } from '../../services/hooks.js';
import { readDeployment, readToken } from '../../state/deployment.js';
import { networkNames } from '../../state/networks.js';
import { networkPaths } from '../../state/paths.js';
import { machine } from '../support/plan-input.js';
import { rejectionOf } from '../support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('compose', () => {
  let temporary: TemporaryFolder;
  let root: string;
  let folder: string;
  /** What was asked of the place where the network will live, in this order. */
  let asked: string[];
  beforeEach(async () => {
    temporary = await temporaryFolder();
    root = join(temporary.path, 'state');
    folder = join(temporary.path, 'out');
    asked = [];
  });
  afterEach(() => temporary.remove());

  /** A place with a subnet; nothing runs in it. */
  const infrastructure = (problem?: Error): Infrastructure => ({
    name: 'docker',
    machine: async () => machine,
    preview: async () => ({ kind: 'subnet', cidr: '10.212.0.0/24' }),
    prepare: async () => void asked.push('prepare'),
    driver: () => {
      throw new Error('nothing is started');
    },
    claim: async () => {
      asked.push('claim');
      return {
        ground: { kind: 'subnet', cidr: '10.212.0.0/24' },
        coordinatorPort: 4000,
        coordinatorUrl: 'http://127.0.0.1:4000',
        check: async () => {
          asked.push('check');
          if (problem) throw problem;
        },
        release: async () => void asked.push('release'),
      };
    },
  });

  const run = (options: Partial<ComposeOptions> = {}) =>
    compose({
      root,
      network: 'trial',
      workers: 8,
      topology: 'auto',
      settings: {},
      folder,
      infrastructure: infrastructure(),
      signal: new AbortController().signal,
      hooks: noHooks,
      ...options,
    });
  const nothingLeft = () => {
    expect(networkNames(root)).to.deep.equal([]);
    expect(existsSync(folder)).to.equal(false);
  };

  it('writes a deployment and keeps what the other commands need', async () => {
    const result = await run({ seed: 7, settings: { enable_health_check: 'false' }, density: 4 });
    expect(result).to.include({ network: 'trial', folder, workers: 8, bootstraps: 2, hosts: 5, nodes: 12 });
    expect(result.files).to.deep.equal([join(folder, 'docker-compose.yml'), join(folder, '.env')]);
    expect(result.coordinator).to.deep.equal({ url: 'http://127.0.0.1:4000' });

    const paths = networkPaths(root, 'trial');
    const deployment = readDeployment(paths);
    expect(deployment).to.include({ state: 'up', driver: 'docker', coordinatorUrl: 'http://127.0.0.1:4000' });
    expect(deployment?.plan).to.deep.include({
      seed: 7,
      density: 4,
      settings: { enable_health_check: 'false' },
    });
    expect(deployment?.plan.ground).to.deep.equal({ kind: 'subnet', cidr: '10.212.0.0/24' });

    const token = readToken(paths);
    expect(token.length).to.be.greaterThan(20);
    expect(readFileSync(join(folder, '.env'), 'utf8')).to.include(`CQKD_TOKEN=${token}\n`);
    for (const file of [paths.token, join(folder, '.env')])
      expect(statSync(file).mode & 0o777).to.equal(0o600);
    const text = readFileSync(join(folder, 'docker-compose.yml'), 'utf8');
    expect(text).not.to.include(token);
    const { services } = parse(text);
    expect(JSON.parse(services['super-primary'].environment.CQKD_HOST)).to.deep.equal(
      deployment?.plan.hosts[0],
    );
    const runs = readFileSync(paths.runs, 'utf8').trim().split('\n');
    expect(runs.map((line) => JSON.parse(line).command)).to.deep.equal(['compose']);
  });

  it('gives the place back, so that Compose can make the network itself', async () => {
    await run();
    expect(asked).to.deep.equal(['prepare', 'claim', 'check', 'release']);
  });

  it('writes over its own files, with a new token', async () => {
    await run();
    const token = readToken(networkPaths(root, 'trial'));
    await run({ root: join(temporary.path, 'other state') });
    expect(readFileSync(join(folder, '.env'), 'utf8')).not.to.include(token);
  });

  it('leaves a network alone that exists', async () => {
    await run();
    const before = readFileSync(join(folder, '.env'), 'utf8');
    const error = await rejectionOf(run());
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.include('Network trial exists already: cqkd down -n trial ends it');
    expect(readFileSync(join(folder, '.env'), 'utf8')).to.equal(before);
  });

  it('leaves files of others alone unless forced', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, '.env'), 'MINE=1');
    expect(await rejectionOf(run())).to.be.instanceOf(UsageError);
    expect(readFileSync(join(folder, '.env'), 'utf8')).to.equal('MINE=1');
    expect(asked).to.deep.equal([]);
    expect(networkNames(root)).to.deep.equal([]);
    await run({ force: true });
    expect(readFileSync(join(folder, '.env'), 'utf8')).to.include('CQKD_TOKEN=');
  });

  it('leaves nothing behind when the place does not suit', async () => {
    const error = await rejectionOf(run({ infrastructure: infrastructure(new EnvironmentError('full')) }));
    expect(error.message).to.equal('full');
    expect(asked.at(-1)).to.equal('release');
    nothingLeft();
  });

  for (const [name, density] of [
    ['worker', 500],
    ['shared', undefined],
  ] as const) {
    it(`leaves nothing behind when the template ${name} is wrong`, async () => {
      const templates = join(temporary.path, 'templates');
      mkdirSync(templates);
      writeFileSync(join(templates, `${name}.yml`), `services: {${name}: {image: own, volumes: [a]}}`);
      const error = await rejectionOf(run({ templates, density }));
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message).to.include(`${join(templates, name)}.yml: ${name}: volumes is not supported`);
      expect(asked.at(-1)).to.equal('release');
      nothingLeft();
    });
  }

  it('leaves nothing behind when it is interrupted', async () => {
    const reason = new InterruptedError('SIGINT');
    expect(await rejectionOf(run({ signal: AbortSignal.abort(reason) }))).to.equal(reason);
    nothingLeft();
  });

  it('forgets a network whose files could not be written', async () => {
    writeFileSync(folder, 'a file');
    const error = await rejectionOf(run());
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.include(`Can't write ${join(folder, 'docker-compose.yml')} (ENOTDIR)`);
    expect(networkNames(root)).to.deep.equal([]);
    expect(readdirSync(temporary.path).sort()).to.deep.equal(['out', 'state']);
  });
});
