import { expect } from 'chai';
import { containerNameOf } from '../../compose/identity.js';
import { DockerDriver } from '../../drivers/docker/docker-driver.js';
import { requireFreeNames } from '../../drivers/docker/start-unit.js';
import type { Unit, UnitExit } from '../../drivers/driver.js';
import { EnvironmentError } from '../../errors.js';
import { type DockerLab, deaf, dockerLab } from '../support/docker-lab.js';
import { rejectionOf } from '../support/stand-in.js';
import { until } from '../support/until.js';

describe('the Docker driver', () => {
  let lab: DockerLab | undefined;
  let driver: DockerDriver;
  let units: Unit[];
  beforeEach(async function () {
    lab = await dockerLab(this);
    driver = lab.driver;
    units = lab.units.slice(0, 3);
  });
  afterEach(async () => {
    await lab?.remove();
    lab = undefined;
  });

  const here = () => lab as DockerLab;
  const nameOf = (index: number) => units[index]?.name ?? '';
  const names = (list: readonly { name: string }[]) => list.map((each) => each.name).sort();
  const states = async () =>
    Object.fromEntries((await driver.inspect()).map(({ name, state }) => [name, state]));
  const inspect = (unit: string) => here().container(unit).inspect();
  /** Something of somebody else that has the name of a container of the network. */
  const stranger = async (unit: string) => {
    const { engine, image, network } = here();
    const { id } = await engine.docker.createContainer({
      name: containerNameOf(network, unit),
      Image: image,
      NetworkDisabled: true,
    });
    return engine.docker.getContainer(id);
  };

  it('starts each unit in a container with its shape, address, environment and labels', async () => {
    const { network, dockerNetwork, change } = here();
    change('coordinator', {
      ports: [{ host_ip: '127.0.0.1', published: 0, target: 7400, protocol: 'tcp' }],
      program: `require('node:http').createServer((_, r) => r.end('here')).listen(7400)`,
    });
    const counts: number[] = [];
    await driver.start(units, 'secret', { onStarted: (count) => counts.push(count) });
    expect(counts).to.deep.equal([1, 2, 3]);
    expect(await driver.inspect()).to.have.deep.members(
      units.map(({ name, kind }) => ({ name, kind, state: 'running', pid: null })),
    );
    const host = await inspect(nameOf(1));
    expect(host.Name).to.equal(`/cqkd-${network}-super-primary`);
    expect(host.Config.Env).to.include('CQKD_TOKEN=secret');
    expect(host.Config.Labels).to.include({
      'io.cqkd.network': network,
      'io.cqkd.host': 'super-primary',
      'io.cqkd.tiers': 'super',
      'io.cqkd.regions': 'east',
      'io.cqkd.kind': 'host',
    });
    expect(host.HostConfig).to.deep.include({ ReadonlyRootfs: true, CapDrop: ['ALL'], PidsLimit: 64 });
    expect(host.HostConfig.Memory).to.be.within(255e6, 256e6);
    expect(host.NetworkSettings.Networks[dockerNetwork]?.IPAddress).to.equal(units[1]?.spec.address);
    expect(host.HostConfig.PortBindings).to.deep.equal({});

    const ports = (await inspect('coordinator')).NetworkSettings.Ports['7400/tcp'] ?? [];
    expect(ports.map(({ HostIp }) => HostIp)).to.deep.equal(['127.0.0.1']);
    const answer = await until('an answer through the published port', () =>
      // A fetch whose connection the engine closes at once, before the program listens, would wait for ever.
      fetch(`http://${here().engine.publishedHost}:${ports[0]?.HostPort}`, {
        signal: AbortSignal.timeout(1000),
      }).then(
        (response) => response.text(),
        () => '',
      ),
    );
    expect(answer).to.equal('here');
  });

  it('needs nothing but the name of the network to find what was started', async () => {
    await driver.start(units, 'token');
    const { engine, network, serviceOf } = here();
    const other = new DockerDriver({ engine, network, serviceOf });
    expect(await other.inspect()).to.deep.equal(await driver.inspect());
    await other.kill(names(units));
    expect(await driver.inspect()).to.deep.equal([]);
  });

  it('tells when a unit ends, and how', async () => {
    const { change } = here();
    change(nameOf(0), { program: `console.error('out of luck'); process.exit(7)` });
    change(nameOf(2), {
      program: `const held = []; for (;;) held.push(Buffer.alloc(1e6, 1))`,
      mem_limit: 48e6,
      memswap_limit: 48e6,
    });
    const exits: UnitExit[] = [];
    const stopListening = driver.onExit((exit) => exits.push(exit));
    await driver.start([units[0], units[2]] as Unit[], 'token');
    await until('two exits', () => exits.length >= 2);
    stopListening();
    expect(exits).to.have.deep.members([
      { name: nameOf(0), code: 7, signal: null },
      { name: nameOf(2), code: null, signal: 'SIGKILL, out of memory (its limit is too low)' },
    ]);
    // The engine tells an end a moment before it lists it.
    await until('both dead', async () => Object.values(await states()).every((state) => state === 'dead'));
    expect(await driver.lastLines(nameOf(0), 5)).to.deep.equal(['out of luck']);
  });

  it('tells only ends that nobody asked for, and only while somebody listens', async () => {
    const exits: UnitExit[] = [];
    const stopListening = driver.onExit((exit) => exits.push(exit));
    await driver.start(units, 'token');
    await driver.kill([nameOf(0)]);
    await here().container(nameOf(1)).kill();
    await until('the exit of the other', () => exits.length > 0);
    expect(exits).to.deep.equal([{ name: nameOf(1), code: null, signal: 'SIGKILL' }]);
    stopListening();
    await here().container(nameOf(2)).remove({ force: true });
    driver.onExit((exit) => exits.push(exit))();
    expect(exits.length).to.equal(1);
  });

  it('stops units, kills those that take no notice, and leaves nothing of them', async () => {
    here().change(nameOf(1), { program: deaf });
    here().change(nameOf(2), {
      stop_signal: 'SIGUSR2',
      program: `process.on('SIGUSR2', () => process.exit(0)); setInterval(() => {}, 1e6)`,
    });
    await driver.start(units, 'token');
    await until('handlers', async () => (await driver.stats()).length === 3);
    await driver.stop([nameOf(0), nameOf(1), 'nobody'], { graceMs: 500 });
    expect(await states()).to.deep.equal({ [nameOf(2)]: 'running' });
    // Its own signal ends it long before its grace does.
    const before = performance.now();
    await driver.stop([nameOf(2)], { graceMs: 120_000 });
    expect(performance.now() - before).to.be.lessThan(60_000);
    expect(await driver.inspect()).to.deep.equal([]);
  });

  it('does not wait for the grace of those that are told to hurry', async () => {
    here().change(nameOf(1), { program: deaf });
    await driver.start([units[1] as Unit], 'token');
    const controller = new AbortController();
    const before = performance.now();
    const stopping = driver.stop([nameOf(1)], { graceMs: 300_000, signal: controller.signal });
    controller.abort(new Error('hurry'));
    await stopping;
    expect(performance.now() - before).to.be.lessThan(50_000);
    expect(await driver.inspect()).to.deep.equal([]);
  });

  it('kills only what is named, in any state', async () => {
    const { engine } = here();
    here().change(nameOf(1), { program: 'process.exit(0)' });
    await driver.start(units, 'token');
    await until('its end', async () => (await states())[nameOf(1)] === 'dead');
    // As a command leaves it that is killed between creation and start.
    await driver.kill([nameOf(2)]);
    const { Config } = await inspect(nameOf(1));
    const labels = { ...Config.Labels, 'io.cqkd.host': nameOf(2) };
    await engine.docker.createContainer({
      name: containerNameOf(here().network, nameOf(2)),
      Image: here().image,
      Labels: labels,
    });
    expect(await states()).to.deep.equal({
      [nameOf(0)]: 'running',
      [nameOf(1)]: 'dead',
      [nameOf(2)]: 'starting',
    });
    await driver.kill([nameOf(1), nameOf(2)]);
    expect(await states()).to.deep.equal({ [nameOf(0)]: 'running' });
  });

  it('replaces a dead container of a unit, and no living one', async () => {
    here().change(nameOf(1), { program: 'process.exit(3)' });
    await driver.start([units[1] as Unit], 'token');
    await until('its end', async () => (await states())[nameOf(1)] === 'dead');
    here().change(nameOf(1), { program: deaf });
    await driver.start([units[1] as Unit], 'token');
    expect(await states()).to.deep.equal({ [nameOf(1)]: 'running' });
    const { Id } = await inspect(nameOf(1));
    const error = await rejectionOf(driver.start([units[1] as Unit], 'token'));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(/runs already/);
    expect((await inspect(nameOf(1))).Id).to.equal(Id);
  });

  it('never touches a container of somebody else that has the name', async () => {
    const { engine, network } = here();
    const other = await stranger(nameOf(1));
    try {
      const { Id, Created } = await other.inspect();
      for (const attempt of [
        () => driver.start(units, 'token'),
        () => requireFreeNames(engine, network, names(units)),
      ]) {
        const error = await rejectionOf(attempt());
        expect(error).to.be.instanceOf(EnvironmentError);
        expect(error.message).to.match(
          new RegExp(
            `^Container cqkd-${network}-super-primary is there already and is not part of this network`,
          ),
        );
      }
      await driver.kill(names(units));
      await driver.removeAll();
      expect(await other.inspect()).to.include({ Id, Created });
    } finally {
      await other.remove();
    }
    await requireFreeNames(engine, network, names(units));
  });

  it('says which image, address or port it can not have', async () => {
    const { change } = here();
    const [coordinator, first, second] = units as [Unit, Unit, Unit];
    change(first.name, { image: 'cqkd-nothing:1' });
    expect((await rejectionOf(driver.start([first], 'token'))).message).to.equal(
      'The image cqkd-nothing:1 is not on the Docker Engine: cqkd image build makes it',
    );
    change(first.name, { image: here().image });
    await driver.start([first], 'token');
    change(second.name, { networks: { cqkd: { ipv4_address: first.spec.address } } });
    expect((await rejectionOf(driver.start([second], 'token'))).message).to.match(
      new RegExp(
        `^The address ${first.spec.address} of .* is taken by another container on its Docker network`,
      ),
    );
    const published = (port: number) => [
      { host_ip: '127.0.0.1', published: port, target: 7400, protocol: 'tcp' as const },
    ];
    change(coordinator.name, { ports: published(0) });
    await driver.start([coordinator], 'token');
    const ports = (await inspect('coordinator')).NetworkSettings.Ports['7400/tcp'] ?? [];
    const port = Number(ports[0]?.HostPort);
    change(second.name, { networks: { cqkd: {} }, ports: published(port) });
    expect((await rejectionOf(driver.start([second], 'token'))).message).to.match(
      new RegExp(`^The port 127.0.0.1:${port} of .* is taken on the machine of the Docker Engine`),
    );
    // What could not be started is no obstacle to the next attempt.
    change(second.name, { ports: [] });
    await driver.start([second], 'token');
    expect((await states())[second.name]).to.equal('running');
  });

  it('ends with its signal when it starts many', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { units: all } = here();
    const starting = rejectionOf(
      driver.start(all, 'token', {
        signal: controller.signal,
        onStarted: () => controller.abort(reason),
      }),
    );
    expect(await starting).to.equal(reason);
    await driver.removeAll();
    expect(await driver.inspect()).to.deep.equal([]);
  });

  it('measures memory and processor time of each unit that runs', async () => {
    here().change(nameOf(2), { program: 'process.exit(0)' });
    await driver.start(units, 'token');
    await until('the end of one', async () => (await states())[nameOf(2)] === 'dead');
    const stats = await driver.stats();
    expect(names(stats)).to.deep.equal([nameOf(0), nameOf(1)].sort());
    for (const unit of stats) {
      expect(unit.memoryBytes).to.be.within(2e6, 120e6);
      expect(unit.cpuSeconds).to.be.within(0.001, 60);
    }
    expect(stats.find(({ name }) => name === 'coordinator')?.kind).to.equal('coordinator');
  });

  it('reads the last lines of both outputs', async () => {
    here().change(nameOf(0), {
      program: `for (let i = 0; i < 9; i++) console.log('line ' + i); console.error('\\nerror é'); process.stdout.write('open')`,
    });
    await driver.start([units[0] as Unit], 'token');
    await until('its end', async () => (await states())[nameOf(0)] === 'dead');
    expect(await driver.lastLines(nameOf(0), 100)).to.have.members([
      ...Array.from({ length: 9 }, (_, index) => `line ${index}`),
      'error é',
      'open',
    ]);
    expect((await driver.lastLines(nameOf(0), 3)).length).to.be.within(2, 3);
    expect(await driver.lastLines(nameOf(0), 0)).to.deep.equal([]);
    expect(await driver.lastLines('nobody', 5)).to.deep.equal([]);
  });

  it('follows the output, also of a container that is started again or later', async () => {
    const program = `console.log('begin ' + process.env.HOSTNAME);
      process.on('SIGTERM', () => process.exit(0)); setInterval(() => console.log('tick'), 50)`;
    here().change(nameOf(0), { program });
    here().change(nameOf(1), { program });
    await driver.start([units[0] as Unit], 'token');
    await until('its first line', async () => (await driver.lastLines(nameOf(0), 1)).length > 0);
    const controller = new AbortController();
    const lines: { name: string; line: string }[] = [];
    const following = (async () => {
      for await (const line of driver.follow([nameOf(0), nameOf(1)], controller.signal)) lines.push(line);
    })();
    const seen = (name: string, line: RegExp) =>
      lines.filter((each) => each.name === name && line.test(each.line)).length;
    await until('a tick', () => seen(nameOf(0), /^tick$/) > 0);
    // Only what is new: the first line was written before.
    expect(seen(nameOf(0), /^begin/)).to.equal(0);
    await driver.start([units[1] as Unit], 'token');
    await driver.restart([nameOf(0)]);
    await until('both beginnings', () => seen(nameOf(0), /^begin/) > 0 && seen(nameOf(1), /^begin/) > 0);
    controller.abort();
    await following;
    expect(seen(nameOf(0), /^begin/)).to.equal(1);
    expect(seen(nameOf(1), /^begin/)).to.equal(1);
  });

  it('freezes units, lets them go on, and starts them again', async () => {
    await driver.start(units, 'token');
    const two = [nameOf(0), nameOf(1)];
    const paused = async () => (await inspect(nameOf(0))).State.Paused;
    await driver.pause(two);
    await driver.pause(two);
    expect(await paused()).to.equal(true);
    expect((await states())[nameOf(0)]).to.equal('running');
    await driver.unpause(two);
    await driver.unpause(two);
    expect(await paused()).to.equal(false);
    const { StartedAt } = (await inspect(nameOf(1))).State;
    await driver.restart([nameOf(1)]);
    expect((await inspect(nameOf(1))).State.StartedAt).not.to.equal(StartedAt);
    await driver.pause([nameOf(0)]);
    expect((await driver.inspect()).filter(({ paused }) => paused).map(({ name }) => name)).to.deep.equal([
      nameOf(0),
    ]);
    await driver.unpause([nameOf(0), 'nobody']);
    expect((await rejectionOf(driver.pause(['nobody']))).message).to.match(
      /^Host nobody .* has no container/,
    );
    await driver.pause(two);
    await driver.stop(two, { graceMs: 1000 });
    expect(await states()).to.deep.equal({ [nameOf(2)]: 'running' });
  });

  it('kills units so that they can be started again, with all that they were', async () => {
    const { change, container } = here();
    // Where the engine would start a container again by itself, it does not after this.
    change(nameOf(1), { restart: 'on-failure' });
    const exits: UnitExit[] = [];
    const stopListening = driver.onExit((exit) => exits.push(exit));
    await driver.start(units, 'token');
    const before = await inspect(nameOf(0));
    await driver.pause([nameOf(0)]);
    const two = [nameOf(0), nameOf(1)];
    await driver.crash([...two, 'nobody']);
    await driver.crash(two);
    expect(await states()).to.deep.equal({
      [nameOf(0)]: 'dead',
      [nameOf(1)]: 'dead',
      [nameOf(2)]: 'running',
    });
    await container(nameOf(1)).remove();
    const other = await inspect(nameOf(2));
    await driver.revive(units, 'token');
    await driver.revive(units, 'token');
    expect(Object.values(await states())).to.deep.equal(Array(3).fill('running'));
    const after = await inspect(nameOf(0));
    expect(after.Id).to.equal(before.Id);
    expect(after.NetworkSettings.Networks).to.have.nested.property(
      `${here().dockerNetwork}.IPAddress`,
      units[0]?.spec.address,
    );
    expect((await inspect(nameOf(2))).State.StartedAt).to.equal(other.State.StartedAt);
    // Those ends were asked for; one that comes later is not.
    await container(nameOf(0)).kill();
    await until('an exit', () => exits.length > 0);
    stopListening();
    expect(exits).to.deep.equal([{ name: nameOf(0), code: null, signal: 'SIGKILL' }]);
  });
});
