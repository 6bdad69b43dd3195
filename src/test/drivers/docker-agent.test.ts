import { expect } from 'chai';
import { ensureAgentImage } from '../../drivers/docker/agent/agent-image.js';
import { agentsOf } from '../../drivers/docker/agent/agents.js';
import { DockerKernelFilter } from '../../drivers/docker/agent/kernel-filter.js';
import { agentImageReference } from '../../drivers/docker/agent/reference.js';
import { runAgent } from '../../drivers/docker/agent/run-agent.js';
import { DockerDriver } from '../../drivers/docker/docker-driver.js';
import { linesOf } from '../../drivers/docker/frames.js';
import type { KernelCut, KernelFilter, Unit } from '../../drivers/driver.js';
import { EnvironmentError, KernelFilterUnavailable, UsageError } from '../../errors.js';
import { type DockerLab, dockerLab } from '../support/docker-lab.js';
import { rejectionOf } from '../support/stand-in.js';
import { type UdpPeers, udpPeers } from '../support/udp-peers.js';
import { until } from '../support/until.js';

describe('a cut in the kernel', function () {
  // The first one builds two images.
  this.timeout(120_000);

  const { signal } = new AbortController();
  let lab: DockerLab | undefined;
  let peers: UdpPeers;
  let kernel: KernelFilter;
  let units: [Unit, Unit, Unit];
  before(async function () {
    lab = await dockerLab(this);
    kernel = lab.driver.kernel;
    units = lab.units.slice(0, 3) as [Unit, Unit, Unit];
    peers = udpPeers(lab, units);
    await lab.driver.start(units, 'token');
    await peers.ready();
    await ensureAgentImage(lab.engine, { signal });
  });
  after(() => lab?.remove());
  afterEach(async () => {
    await kernel?.lift();
  });

  const here = () => lab as DockerLab;
  const names = () => units.map(({ name }) => name).sort();
  /** The coordinator and the first host with one of its nodes, against the other host and a node of the first. */
  const halves = (change: Partial<KernelCut> = {}): KernelCut => {
    const [coordinator, first, second] = units;
    return {
      id: 'partition-1.0',
      ttlMs: 60_000,
      groups: [
        [`${coordinator.spec.address}:0`, peers.place(first, 6000), peers.place(first, 6001)],
        [peers.place(second, 6000), peers.place(first, 6002)],
      ],
      deaf: [
        [0, 1],
        [1, 0],
      ],
      wholeAddresses: [coordinator.spec.address],
      ...change,
    };
  };
  const agents = () => agentsOf(here().engine, here().network);
  /** Ids of all containers that carry the label of the network. */
  const labelled = async () => {
    const filters = { label: [`io.cqkd.network=${here().network}`] };
    const found = await here().engine.docker.listContainers({ all: true, filters });
    return found.map(({ Id }) => Id);
  };
  /** Names of the tables that the kernel has for a container. */
  const tablesOf = async (id: string) => {
    const container = await here().engine.docker.createContainer({
      Image: agentImageReference(),
      User: '0:0',
      Entrypoint: ['/usr/local/bin/nft'],
      Cmd: ['list', 'tables', 'inet'],
      HostConfig: { NetworkMode: `container:${id}`, CapAdd: ['NET_ADMIN'] },
    });
    try {
      const output = await container.attach({ stream: true, stdout: true, stderr: true });
      await container.start();
      const lines: string[] = [];
      for await (const line of linesOf(output as never)) lines.push(line);
      return lines.join('; ');
    } finally {
      await container.remove({ force: true });
    }
  };
  const tables = () => Promise.all(units.map(({ name }) => tablesOf(here().container(name).id)));

  it('stops the datagrams between its sides both ways, inside a container too, and nothing else', async () => {
    const [coordinator, first, second] = units;
    const { place, hears } = peers;
    expect(await kernel.whyNot(signal)).to.equal(null);
    expect((await kernel.cut(halves(), signal)).sort()).to.deep.equal(names());
    expect(await kernel.list()).to.deep.equal(['partition-1.0']);
    const across = [
      [place(first), place(second)],
      [place(first), place(first, 6002)],
      [place(coordinator, 6001), place(second)],
    ] as const;
    const within = [
      [place(first), place(first, 6001)],
      [place(coordinator, 6001), place(first)],
      [place(second), place(first, 6002)],
    ] as const;
    for (const [one, other] of across) {
      expect(await hears(one, other), `${one} hears ${other}`).to.equal(false);
      expect(await hears(other, one), `${other} hears ${one}`).to.equal(false);
    }
    for (const [one, other] of within) {
      expect(await hears(one, other), `${one} hears ${other}`).to.equal(true);
      expect(await hears(other, one), `${other} hears ${one}`).to.equal(true);
    }
    expect(await kernel.lift('partition-1.0')).to.deep.equal(['partition-1.0']);
    expect(await agents()).to.deep.equal([]);
    expect(await tables()).to.deep.equal(['', '', '']);
    for (const [one, other] of across) {
      expect(await hears(one, other), `${one} hears ${other}`).to.equal(true);
      expect(await hears(other, one), `${other} hears ${one}`).to.equal(true);
    }
  });

  it('can go one way only, and is made of as little as it takes', async () => {
    const [, first, second] = units;
    const { place, hears } = peers;
    await kernel.cut(halves({ deaf: [[1, 0]] }), signal);
    expect(await hears(place(second), place(first))).to.equal(false);
    expect(await hears(place(first), place(second))).to.equal(true);

    const [agent] = await agents();
    const { engine, driver, network } = here();
    const { Name, HostConfig, Config } = await engine.docker.getContainer(agent?.id ?? '').inspect();
    expect(Name).to.equal(`/cqkd-${network}-agent-partition-1.0`);
    expect(HostConfig).to.deep.include({
      Privileged: false,
      PidMode: 'host',
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE'],
      AutoRemove: true,
    });
    expect(HostConfig.SecurityOpt).to.include('no-new-privileges');
    expect(Config.Labels).to.deep.include({
      'io.cqkd.network': network,
      'io.cqkd.kind': 'agent',
      'io.cqkd.fault': 'partition-1.0',
    });
    // It is no host.
    expect((await driver.inspect()).map(({ name }) => name).sort()).to.deep.equal(names());
    expect((await driver.stats()).map(({ name }) => name).sort()).to.deep.equal(names());
  });

  it('lifts itself when its time is over', async () => {
    const [, first, second] = units;
    await kernel.cut(halves({ ttlMs: 1500 }), signal);
    expect(await tables()).to.deep.equal(Array(3).fill('table inet cqkd_partition-1.0'));
    await until('the end of the agent', async () => (await agents()).length === 0);
    expect(await tables()).to.deep.equal(['', '', '']);
    expect(await peers.hears(peers.place(first), peers.place(second))).to.equal(true);
    expect(await kernel.lift('partition-1.0')).to.deep.equal([]);
  });

  it('ends by itself when its agent was killed, and what is left is taken off', async () => {
    const [, first, second] = units;
    const heard = () => peers.hears(peers.place(first), peers.place(second));
    await kernel.cut(halves({ ttlMs: 4000 }), signal);
    const [agent] = await agents();
    await here()
      .engine.docker.getContainer(agent?.id ?? '')
      .kill();
    expect(await kernel.list()).to.deep.equal([]);
    expect(await heard()).to.equal(false);
    await until('a datagram', heard);
    expect(await tables()).to.deep.equal(Array(3).fill('table inet cqkd_partition-1.0'));
    expect(await kernel.lift()).to.deep.equal([]);
    expect(await tables()).to.deep.equal(['', '', '']);
  });

  it('is lifted from anywhere, again and again, and each on its own', async () => {
    const [, first, second] = units;
    const { engine, network, serviceOf } = here();
    const other = new DockerDriver({ engine, network, serviceOf }).kernel;
    await kernel.cut(halves(), signal);
    await kernel.cut(halves({ id: 'isolate-2' }), signal);
    // The same once more takes the place of the first.
    await kernel.cut(halves({ id: 'isolate-2' }), signal);
    expect((await other.list()).sort()).to.deep.equal(['isolate-2', 'partition-1.0']);
    expect(await other.lift('isolate-2')).to.deep.equal(['isolate-2']);
    expect(await other.lift('isolate-2')).to.deep.equal([]);
    expect(await kernel.list()).to.deep.equal(['partition-1.0']);
    expect(await peers.hears(peers.place(first), peers.place(second))).to.equal(false);
    expect(await other.lift()).to.deep.equal(['partition-1.0']);
    expect(await other.lift()).to.deep.equal([]);
    expect(await peers.hears(peers.place(first), peers.place(second))).to.equal(true);
  });

  it('is no failure where a target ends meanwhile', async () => {
    const { driver } = here();
    const [, , second] = units;
    await kernel.cut(halves(), signal);
    await driver.crash([second.name]);
    expect(await kernel.lift('partition-1.0')).to.deep.equal(['partition-1.0']);
    expect((await kernel.cut(halves(), signal)).sort()).to.deep.equal(
      names().filter((name) => name !== second.name),
    );
    await kernel.lift();
    await driver.revive(units, 'token');
    await peers.ready();
  });

  it('never touches what is not the network’s', async () => {
    const [, first, second] = units;
    const { engine, dockerNetwork, image, network, container } = here();
    const stranger = await engine.docker.createContainer({
      Image: image,
      Entrypoint: ['/usr/local/bin/node'],
      Cmd: ['-e', 'setInterval(() => {}, 1e6)'],
      HostConfig: { NetworkMode: dockerNetwork },
    });
    try {
      await stranger.start();
      const { State, NetworkSettings } = await stranger.inspect();
      const address = NetworkSettings.Networks[dockerNetwork]?.IPAddress;
      const groups = [[peers.place(first), `${address}:6000`], [peers.place(second)]];
      const done = await kernel.cut(halves({ groups, wholeAddresses: [] }), signal);
      expect(done.sort()).to.deep.equal([first.name, second.name].sort());
      expect(await tablesOf(stranger.id)).to.equal('');
      // The number of a process may be another one's by the time that the agent looks.
      const { Id } = await container(first.name).inspect();
      const target = { name: 'first', containerId: Id, pid: State.Pid, addresses: [first.spec.address] };
      const job = { ...halves(), do: 'cut', table: 'cqkd_x', ttlMs: 1 } as never as { do: 'cut' };
      const answer = await runAgent(engine, network, {
        name: 'agent-x',
        image: agentImageReference(),
        job: { ...job, targets: [target] } as never,
      });
      expect(answer).to.deep.equal({ done: [], gone: ['first'], failed: [] });
      expect(await tablesOf(stranger.id)).to.equal('');
    } finally {
      await stranger.remove({ force: true });
    }
  });

  it('leaves nothing when it can not be made, is interrupted, or has nobody to cut off', async () => {
    const { engine, network, image } = here();
    // The image of the nodes has no nft.
    const without = new DockerKernelFilter({ engine, network, prepareImage: async () => image });
    const unavailable = await rejectionOf(without.cut(halves(), signal));
    expect(unavailable).to.be.instanceOf(KernelFilterUnavailable);
    expect(unavailable.message).to.match(/^nftables can't be used there: /);
    expect(await agents()).to.deep.equal([]);

    const controller = new AbortController();
    const reason = new Error('enough');
    const cutting = rejectionOf(kernel.cut(halves(), controller.signal));
    await until('an agent', async () => (await agents()).length > 0);
    controller.abort(reason);
    expect(await cutting).to.equal(reason);
    expect(await agents()).to.deep.equal([]);

    const nobody = await rejectionOf(kernel.cut(halves({ groups: [['10.255.255.1:1'], []] }), signal));
    expect(nobody).to.be.instanceOf(EnvironmentError);
    expect(await rejectionOf(kernel.cut(halves({ id: 'a b' }), signal))).to.be.instanceOf(UsageError);
  });

  it('goes with the network', async () => {
    const { driver } = here();
    await kernel.cut(halves(), signal);
    expect((await driver.removeAll()).sort()).to.deep.equal(names());
    expect(await labelled()).to.deep.equal([]);
    expect(await kernel.lift()).to.deep.equal([]);
    expect(await kernel.list()).to.deep.equal([]);
    units = [] as never;
  });
});
