import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../src/test/support/command-line.js';
import { holdPort } from '../../../src/test/support/loopback.js';
import { until } from '../../../src/test/support/until.js';

interface Node {
  name: string;
  id: string;
  address: string;
  port: number;
  tier: string;
  region: string;
  state: string;
}
interface Network {
  network: string;
  driver: string;
  state: string;
  coordinator: { url: string; state: string };
  hosts: { name: string; tiers: string[]; regions: string[]; state: string; nodes: Node[] }[];
}

describe('the life of a network of real nodes', () => {
  let cqkd: CommandLine;
  beforeEach(async () => {
    cqkd = await createCommandLine();
  });
  afterEach(() => cqkd.remove());

  const statusOf = async (...args: string[]) => {
    const { networks } = await cqkd.json('status', ...args);
    return networks as Network[];
  };
  const one = async () => (await statusOf())[0] as Network;
  const nothingLeft = async (network = 'cqkd') => {
    expect(cqkd.processes(network)).to.deep.equal([]);
    expect((await statusOf()).map((each) => each.network)).not.to.include(network);
  };
  const kill = (unit: string) => {
    const found = cqkd.processes('cqkd').find((each) => each.unit === unit);
    process.kill(found?.pid as number, 'SIGKILL');
  };

  it('comes up, is seen, grows, shrinks, and goes down', async () => {
    const deployed = await cqkd.json('deploy', '-w', '15');
    expect(deployed).to.include({ network: 'cqkd', driver: 'process', topology: 'tiered', workers: 15 });
    expect(deployed).to.include({ bootstraps: 2, hosts: 3, nodes: 19 });
    expect(deployed.bootstrapSeconds).to.be.within(0.01, 30);
    expect(deployed.elapsedSeconds).to.be.greaterThan(deployed.bootstrapSeconds as number);

    const network = await one();
    expect(network).to.include({ network: 'cqkd', driver: 'process', state: 'ready' });
    const nodes = network.hosts.flatMap((host) => host.nodes);
    expect(nodes.length).to.equal(19);
    expect(new Set(nodes.map((node) => node.id)).size).to.equal(19);
    expect(nodes.every((node) => node.state === 'joined' && /^[0-9a-f]{40}$/.test(node.id))).to.equal(true);
    expect(nodes.find((node) => node.name === 'worker-0003')).to.include({
      port: 7002,
      tier: 'worker',
      region: 'east',
    });
    expect(network.hosts.map(({ name, tiers, regions }) => [name, tiers, regions])).to.deep.equal([
      ['super-primary', ['super'], ['east']],
      ['super-secondary', ['super'], ['west']],
      ['shared-1', ['worker', 'endpoint'], ['east', 'west']],
    ]);

    const before = new Map(nodes.map((node) => [node.name, `${node.address}:${node.port} ${node.id}`]));
    const grown = await cqkd.json('scale', '-w', '60');
    expect(grown).to.include({ workers: 60, previousWorkers: 15, bootstraps: 10 });
    const after = (await one()).hosts.flatMap((host) => host.nodes);
    expect(after.filter((node) => node.tier === 'worker' && node.state === 'joined').length).to.equal(60);
    for (const node of after) {
      if (before.has(node.name))
        expect(`${node.address}:${node.port} ${node.id}`).to.equal(before.get(node.name));
    }
    expect(await cqkd.json('scale', '-w', '15')).to.include({ workers: 15, bootstraps: 2 });
    expect((await one()).state).to.equal('ready');

    const { code, stdout } = await cqkd.run('down');
    expect(code).to.equal(0);
    expect(stdout).to.include('network cqkd is down');
    await nothingLeft();
  });

  it('lets networks live side by side', async () => {
    await Promise.all([cqkd.json('deploy', '-n', 'one'), cqkd.json('deploy', '-n', 'two')]);
    const networks = await statusOf();
    expect(networks.map(({ network, state }) => `${network} ${state}`)).to.deep.equal([
      'one ready',
      'two ready',
    ]);
    const places = networks.flatMap(({ hosts }) =>
      hosts.flatMap((host) => host.nodes.map((node) => `${node.address}:${node.port}`)),
    );
    expect(new Set(places).size).to.equal(38);
    await cqkd.json('down', '-n', 'one');
    expect((await statusOf()).map(({ network, state }) => `${network} ${state}`)).to.deep.equal([
      'two ready',
    ]);
    await cqkd.json('down', '--all');
    await nothingLeft('two');
  });

  it('takes another port for a worker whose own is taken', async () => {
    const held = await holdPort(cqkd.address, 7003);
    await cqkd.json('deploy');
    const worker = (await one()).hosts
      .flatMap((host) => host.nodes)
      .find((node) => node.name === 'worker-0004');
    expect(worker?.state).to.equal('joined');
    expect(worker?.port).to.be.greaterThan(7014);
    await held.release();
  });

  for (const [name, args] of [
    ['flat', ['--topology', 'flat']],
    ['legacy', ['--set', 'enable_multi_level_bootstrap=false']],
    ['static ports', ['--set', 'ENABLE_DYNAMIC_PORTS=false']],
    ['three tiers', ['--set', 'regional_bootstrap_count=4', '--set', 'local_bootstrap_count=8']],
  ] as const) {
    it(`comes up ${name}`, async function () {
      if (name === 'static ports' && process.platform !== 'linux') this.skip();
      await cqkd.json('deploy', '-w', '16', ...args);
      expect((await one()).state).to.equal('ready');
      if (name !== 'static ports') return;
      const workers = (await one()).hosts
        .flatMap((host) => host.nodes)
        .filter((node) => node.tier === 'worker');
      expect(workers.every((node) => node.port === 7000)).to.equal(true);
    });
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`cleans up and exits with 130 on ${signal}, at any moment`, async () => {
      const moments = [0, 1, 4, 8];
      for (const processes of moments) {
        const { child, finished } = cqkd.start(['deploy', '-w', '60', '--density', '6']);
        await until(`${processes} processes`, () => cqkd.processes('cqkd').length >= processes);
        child.kill(signal);
        const { code } = await finished;
        // Before the program takes the signals over, the system ends it by the signal itself.
        expect(code === 130 || (code === null && processes === 0)).to.equal(true);
        await nothingLeft();
      }
    });
  }

  it('is cleaned up by down after the command was killed, at any moment', async () => {
    for (const processes of [1, 3, 7, 12]) {
      const { child, finished } = cqkd.start(['deploy', '-w', '60', '--density', '6']);
      await until(`${processes} processes`, () => cqkd.processes('cqkd').length >= processes);
      child.kill('SIGKILL');
      await finished;
      expect((await one()).state).to.be.oneOf(['interrupted', 'starting', 'ready', 'unreachable']);
      expect((await cqkd.run('deploy')).code).to.equal(4);
      expect((await cqkd.run('down')).code).to.equal(0);
      await nothingLeft();
    }
  });

  it('is put in order by the next scaling after one that was killed', async () => {
    await cqkd.json('deploy', '--density', '10');
    const { child, finished } = cqkd.start(['scale', '-w', '80']);
    await until('new processes', () => cqkd.processes('cqkd').length >= 9);
    child.kill('SIGKILL');
    await finished;
    const scaled = await cqkd.json('scale', '-w', '15');
    expect((await one()).state).to.equal('ready');
    expect(cqkd.processes('cqkd').length).to.equal((scaled.hosts as number) + 1);
  });

  it('runs on the Node.js that is named, what is started later too', async () => {
    const folder = dirname(cqkd.root);
    const [node, calls] = [join(folder, 'node'), join(folder, 'calls')];
    writeFileSync(node, `#!/bin/sh\necho "$*" >> ${calls}\nexec ${process.execPath} "$@"\n`, { mode: 0o755 });
    const started = () =>
      readFileSync(calls, 'utf8')
        .split('\n')
        .filter((line) => line.includes('cqkd-node.cjs'));
    const deployed = await cqkd.json('deploy', '-w', '15', '--node-binary', node);
    expect((deployed.plan as { node: object }).node).to.include({ version: process.versions.node });
    expect(started().length).to.equal(4);
    await cqkd.json('scale', '-w', '60');
    expect((await one()).state).to.equal('ready');
    expect(started().length).to.equal(5);
    expect(started().at(-1)).to.include('shared-2');
    const [run = ''] = readFileSync(`${cqkd.root}/cqkd/runs.jsonl`, 'utf8').split('\n');
    expect(JSON.parse(run)).to.include({ command: 'deploy', node: process.versions.node });
  });

  it('tells the truth when a host and then the coordinator are killed, and goes down', async () => {
    await cqkd.json('deploy');
    kill('shared-1');
    const degraded = await until('the end of the host', async () => {
      const network = await one();
      return network.state === 'degraded' ? network : undefined;
    });
    expect(degraded.hosts.find((host) => host.name === 'shared-1')?.state).to.equal('dead');
    kill('coordinator');
    await until('the end of the coordinator', async () => (await one()).state === 'unreachable');
    expect((await cqkd.run('verify')).code).to.equal(4);
    expect((await cqkd.run('scale', '-w', '20')).code).to.equal(4);
    expect((await cqkd.run('down')).code).to.equal(0);
    await nothingLeft();
  });

  it('goes down by force with a corrupt state', async () => {
    await cqkd.json('deploy');
    writeFileSync(`${cqkd.root}/cqkd/plan.json`, 'nonsense');
    const { code, stderr } = await cqkd.run('verify');
    expect(code).to.equal(4);
    expect(stderr).to.match(/plan\.json is corrupt: .*down --force/);
    expect((await one()).state).to.equal('corrupt');
    expect((await cqkd.run('down', '--force')).code).to.equal(0);
    await nothingLeft();
  });

  it('prints what its hosts wrote', async () => {
    await cqkd.json('deploy');
    const { stdout } = await cqkd.run('logs', 'coordinator', '--lines', '3');
    expect(stdout).to.match(/^coordinator {2}\{/);
    const { code, stderr } = await cqkd.run('logs', 'sharde-1');
    expect(code).to.equal(2);
    expect(stderr).to.include('the nearest is shared-1');
  });

  it('shows its progress as lines without a terminal, and nothing with --quiet', async () => {
    const { stdout } = await cqkd.run('deploy', '-w', '16');
    expect(stdout).to.match(/workers +16\/16 +[\d.]+ s\n/);
    expect(stdout).to.include('network cqkd is up');
    expect(stdout).not.to.include('\u001b');
    expect(await cqkd.run('down', '--quiet')).to.deep.equal({ code: 0, stdout: '', stderr: '' });
  });
});
