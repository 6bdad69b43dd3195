import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type Docker from 'dockerode';
import { type CommandLine, createCommandLine } from '../../../src/test/support/command-line.js';
import { requireEngine } from '../../../src/test/support/engine.js';
import { type EngineProxy, engineProxy } from '../../../src/test/support/engine-proxy.js';
import { until } from '../../../src/test/support/until.js';

interface Host {
  name: string;
  state: string;
}

describe('the life of a network of real containers', function () {
  this.timeout(300_000);
  let docker: Docker;
  let cqkd: CommandLine;
  let name: string;
  beforeEach(async function () {
    docker = await requireEngine(this);
    cqkd = await createCommandLine();
    name = `t${randomBytes(4).toString('hex')}`;
  });
  afterEach(async () => {
    await cqkd?.run('down', '-n', name, '--force');
    await cqkd?.remove();
  });

  const deploy = (...args: string[]) => cqkd.json('deploy', '-n', name, '--driver', 'docker', ...args);
  const label = () => ({ filters: { label: [`io.cqkd.network=${name}`] } });
  const containers = () => docker.listContainers({ all: true, ...label() });
  const container = (unit: string) => docker.getContainer(`cqkd-${name}-${unit}`);
  const status = async () => {
    const { networks } = await cqkd.json('status', '-n', name);
    return (networks as { state: string; hosts: Host[] }[])[0] as { state: string; hosts: Host[] };
  };
  const nothingLeft = async () => {
    expect(await containers()).to.deep.equal([]);
    expect(await docker.listNetworks(label())).to.deep.equal([]);
    const { Volumes } = await docker.listVolumes(label());
    expect(Volumes ?? []).to.deep.equal([]);
  };
  const down = async (...args: string[]) => {
    const { code, stderr } = await cqkd.run('down', '-n', name, ...args);
    expect(stderr).not.to.include('error');
    expect(code).to.equal(0);
    await nothingLeft();
  };

  it('comes up, is seen, is measured, grows, shrinks, and goes down', async () => {
    const deployed = await deploy('-w', '15');
    expect(deployed).to.include({ network: name, driver: 'docker', workers: 15, bootstraps: 2, nodes: 19 });
    expect((await containers()).length).to.equal((deployed.hosts as number) + 1);
    const published = (await containers()).flatMap(({ Ports }) => Ports.filter((port) => port.PublicPort));
    expect(published.map(({ IP }) => IP)).to.deep.equal(['127.0.0.1']);
    expect((await status()).state).to.equal('ready');

    const { metrics } = await cqkd.json(
      'verify',
      '-n',
      name,
      '--metric',
      'memory',
      '--metric',
      'lookup_recall',
    );
    const value = (id: string) =>
      (metrics as { id: string; value: number }[]).find((each) => each.id === id)?.value;
    expect(value('lookup_recall')).to.equal(1);
    expect(value('memory')).to.be.within(20e6, 400e6);
    expect((await cqkd.run('logs', '-n', name, 'coordinator')).stdout).to.include('ready');

    expect(await cqkd.json('scale', '-n', name, '-w', '60')).to.include({ workers: 60, bootstraps: 10 });
    expect(await cqkd.json('scale', '-n', name, '-w', '15')).to.include({ workers: 15, bootstraps: 2 });
    expect((await status()).state).to.equal('ready');
    await down();
  });

  it('is known to be broken when a container was removed by hand, and made whole by scale', async () => {
    await deploy('-w', '15');
    const [host] = (await status()).hosts.filter(({ name }) => name.startsWith('shared'));
    await container(host?.name as string).remove({ force: true });
    await until('the loss is seen', async () => (await status()).state === 'degraded');
    await cqkd.json('scale', '-n', name, '-w', '15');
    expect((await status()).state).to.equal('ready');
    await down();
  });

  it('is ended by a command that knows nothing but its name', async () => {
    await deploy('-w', '15');
    const elsewhere = await createCommandLine();
    try {
      const environment = { CQKD_DRIVER: 'auto' };
      const { code } = await elsewhere.start(['down', '-n', name], environment).finished;
      expect(code).to.equal(0);
      await nothingLeft();
    } finally {
      await elsewhere.remove();
    }
  });

  for (const started of [1, 4]) {
    it(`is cleaned up after a deploy that was killed when it had made ${started} containers`, async () => {
      const { child, finished } = cqkd.start(['deploy', '-n', name, '--driver', 'docker', '-w', '30']);
      await until('containers', async () => (await containers()).length >= started);
      child.kill('SIGKILL');
      await finished;
      expect((await status()).state).to.equal('interrupted');
      await down();
    });
  }

  it('leaves nothing when a deploy is interrupted', async () => {
    const { child, finished } = cqkd.start(['deploy', '-n', name, '--driver', 'docker', '-w', '30']);
    await until('containers', async () => (await containers()).length >= 2);
    child.kill('SIGINT');
    expect((await finished).code).to.equal(130);
    await nothingLeft();
  });

  it('never touches a container of somebody else that has a name it needs', async () => {
    const [image] = await docker.listImages({ filters: { reference: ['cqkd-dht-node'] } });
    const stranger = await docker.createContainer({
      name: `cqkd-${name}-shared-1`,
      Image: image?.Id as string,
    });
    try {
      const { code, stderr } = await cqkd.run('deploy', '-n', name, '--driver', 'docker');
      expect(stderr.trim()).to.match(/^error: Container cqkd-\S+-shared-1 is there already .*-n$/);
      expect(code).to.equal(4);
      expect((await stranger.inspect()).State.Status).to.equal('created');
      await nothingLeft();
    } finally {
      await stranger.remove({ force: true });
    }
  });

  it('runs containers as templates of the user have them', async () => {
    const folder = join(dirname(cqkd.root), 'templates');
    mkdirSync(folder);
    const shipped = join(import.meta.dirname, '../../../compose-templates/shared.yml');
    const text = readFileSync(shipped, 'utf8').replace(/mem_limit: .*/, 'mem_limit: 200m');
    writeFileSync(join(folder, 'shared.yml'), text);
    await deploy('-w', '15', '--templates', folder);
    const [host] = (await status()).hosts.filter(({ name }) => name.startsWith('shared'));
    const { HostConfig } = await container(host?.name as string).inspect();
    expect(HostConfig.Memory).to.equal(200 * 2 ** 20);
    await down();
  });

  describe('on an engine that goes away', () => {
    let proxy: EngineProxy;
    beforeEach(async function () {
      if (process.env.DOCKER_HOST && !process.env.DOCKER_HOST.startsWith('unix://')) this.skip();
      proxy = await engineProxy(process.env.DOCKER_HOST?.slice('unix://'.length) ?? '/var/run/docker.sock');
    });
    afterEach(() => proxy?.close());

    it('says so in the middle of a deploy, and is cleaned up when it is back', async () => {
      const args = ['deploy', '-n', name, '--driver', 'docker', '-w', '30'];
      const { finished } = cqkd.start(args, proxy.environment);
      await until('containers', async () => (await containers()).length >= 2);
      await proxy.cut();
      const { code, stderr } = await finished;
      expect(stderr).to.match(/^error: .*Docker Engine/m);
      expect(code).to.equal(4);
      await proxy.restore();
      await down();
    });

    it('is seen as far as its coordinator tells it', async () => {
      await deploy('-w', '15');
      await proxy.cut();
      const { code, stderr } = await cqkd.start(['down', '-n', name], proxy.environment).finished;
      expect(stderr).to.match(/^error: .*Docker Engine/m);
      expect(code).to.equal(4);
      await down();
    });
  });
});

describe('deploy --driver auto', () => {
  let cqkd: CommandLine;
  before(async () => {
    cqkd = await createCommandLine();
  });
  after(() => cqkd.remove());

  it('says on one line that it goes without Docker, and why', async () => {
    const environment = { DOCKER_HOST: 'unix:///nowhere.sock', CQKD_DRIVER: 'auto' };
    const { code, stdout } = await cqkd.start(['deploy', '--dry-run', '--json'], environment).finished;
    expect(code).to.equal(0);
    const { driver, plan } = JSON.parse(stdout) as { driver: string; plan: { notes: string[] } };
    expect(driver).to.equal('process');
    expect(plan.notes[0]).to.match(/^processes on this machine, since no Docker: .*\/nowhere\.sock/);
  });
});
