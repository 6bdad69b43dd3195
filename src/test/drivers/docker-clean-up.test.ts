import { expect } from 'chai';
import { containerNameOf } from '../../compose/identity.js';
import { networksOnEngine, removeAll } from '../../drivers/docker/clean-up.js';
import { removeContainer } from '../../drivers/docker/remove.js';
import type { Unit } from '../../drivers/driver.js';
import { EnvironmentError } from '../../errors.js';
import { type DockerLab, dockerLab } from '../support/docker-lab.js';
import { rejectionOf } from '../support/stand-in.js';
import { until } from '../support/until.js';

describe('removing a network from an engine', () => {
  let lab: DockerLab | undefined;
  let other: DockerLab | undefined;
  beforeEach(async function () {
    lab = await dockerLab(this);
    other = await dockerLab(this);
  });
  afterEach(async () => {
    await lab?.remove();
    await other?.remove();
    lab = other = undefined;
  });
  const labs = () => [lab, other] as [DockerLab, DockerLab];

  /** All that carries the label of a network, by kind. */
  const left = async ({ engine: { docker }, network }: DockerLab) => {
    const filters = { label: [`io.cqkd.network=${network}`] };
    const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
    return {
      containers: (await docker.listContainers({ all: true, filters })).length,
      networks: (await docker.listNetworks({ filters })).length,
      volumes: Volumes.length,
    };
  };

  it('takes everything that carries its label, in any state, and nothing else', async () => {
    const [one, two] = labs();
    const { docker } = one.engine;
    const units = one.units.slice(0, 4);
    const [running, dead, paused, created] = units.map(({ name }) => name) as [
      string,
      string,
      string,
      string,
    ];
    one.change(dead, { program: 'process.exit(0)' });
    await one.driver.start(units.slice(0, 3), 'token');
    await one.driver.pause([paused]);
    await until('its end', async () =>
      (await one.driver.inspect()).some(({ name, state }) => name === dead && state === 'dead'),
    );
    const labels = { 'io.cqkd.network': one.network, 'io.cqkd.host': created };
    await docker.createVolume({ Name: `${one.network}-kept`, Labels: { 'io.cqkd.network': one.network } });
    const { id } = await docker.createContainer({
      name: containerNameOf(one.network, created),
      Image: one.image,
      Labels: labels,
      Volumes: { '/anonymous': {} },
    });
    const [mount] = (await docker.getContainer(id).inspect()).Mounts;
    expect(mount?.Name).to.match(/^[0-9a-f]{64}$/);
    await two.driver.start(two.units.slice(0, 1), 'token');
    expect(await networksOnEngine(one.engine)).to.include.members([one.network, two.network]);
    expect(await left(one)).to.deep.equal({ containers: 4, networks: 1, volumes: 1 });

    const counts: [number, number][] = [];
    const removed = await removeAll(one.engine, one.network, {
      onRemoved: (...count) => counts.push(count),
    });
    expect(removed).to.deep.equal([running, dead, paused, created].sort());
    expect(counts.at(-1)).to.deep.equal([4, 4]);
    expect(await left(one)).to.deep.equal({ containers: 0, networks: 0, volumes: 0 });
    const gone = await rejectionOf(docker.getVolume(mount?.Name ?? '').inspect());
    expect(gone).to.include({ statusCode: 404 });
    expect(await left(two)).to.deep.include({ containers: 1, networks: 1 });
    expect(await networksOnEngine(one.engine))
      .to.include(two.network)
      .and.not.include(one.network);
    expect(await removeAll(one.engine, one.network)).to.deep.equal([]);
  });

  it('can be done by two commands at a time', async () => {
    const [one] = labs();
    await one.driver.start(one.units, 'token');
    await Promise.all([1, 2].map(() => removeAll(one.engine, one.network)));
    expect(await left(one)).to.deep.equal({ containers: 0, networks: 0, volumes: 0 });
  });

  it('waits for a container that another client is removing', async () => {
    const [one] = labs();
    const [unit] = one.units.slice(0, 1) as [Unit];
    for (let round = 0; round < 3; round++) {
      await one.driver.start([unit], 'token');
      const container = one.container(unit.name);
      const removed = { id: (await container.inspect()).Id, name: unit.name };
      const statuses = Array.from({ length: 4 }, async () => {
        await removeContainer(one.engine, removed);
        return (await rejectionOf(container.inspect())) as Error & { statusCode?: number };
      });
      for (const { statusCode } of await Promise.all(statuses)) expect(statusCode).to.equal(404);
    }
  });

  it('finds what a command that was killed starts in its last moment', async () => {
    const [one] = labs();
    // Still starting while everything is removed.
    const starting = one.driver.start(one.units, 'token').catch(() => {});
    await until('the first', async () => (await one.driver.inspect()).length > 0);
    await removeAll(one.engine, one.network);
    await starting;
    await removeAll(one.engine, one.network);
    expect(await left(one)).to.deep.equal({ containers: 0, networks: 0, volumes: 0 });
  });

  it('leaves a container of somebody else alone that is on its Docker network, and names it', async () => {
    const [one] = labs();
    const { docker } = one.engine;
    await one.driver.start(one.units.slice(0, 1) as Unit[], 'token');
    const { Config } = await one.container(one.units[0]?.name ?? '').inspect();
    const stranger = await docker.createContainer({
      name: `${one.network}-stranger`,
      Image: one.image,
      Entrypoint: Config.Entrypoint as string[],
      Cmd: ['-e', 'setInterval(() => {}, 1e6)'],
      HostConfig: { NetworkMode: one.dockerNetwork },
    });
    try {
      await stranger.start();
      const error = await rejectionOf(removeAll(one.engine, one.network));
      expect(error).to.be.instanceOf(EnvironmentError);
      expect(error.message).to.match(
        new RegExp(`^Container ${one.network}-stranger is on the Docker network ${one.dockerNetwork}`),
      );
      expect(await left(one)).to.deep.include({ containers: 0, networks: 1 });
      expect((await stranger.inspect()).State.Running).to.equal(true);
    } finally {
      await stranger.remove({ force: true });
    }
    await removeAll(one.engine, one.network);
    expect(await left(one)).to.deep.include({ containers: 0, networks: 0 });
  });
});
