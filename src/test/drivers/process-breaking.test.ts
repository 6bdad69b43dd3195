import { expect } from 'chai';
import type { Unit } from '../../drivers/driver.js';
import { ProcessDriver } from '../../drivers/process/process-driver.js';
import { EnvironmentError } from '../../errors.js';
import { unitsOf } from '../../services/plan-units.js';
import { makeFolder } from '../../state/files.js';
import { type NetworkPaths, networkPaths } from '../../state/paths.js';
import { planOf } from '../support/plan-input.js';
import { rejectionOf, standInBundle } from '../support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';
import { until } from '../support/until.js';

describe('breaking and mending processes', () => {
  let folder: TemporaryFolder;
  let paths: NetworkPaths;
  let driver: ProcessDriver;
  const hosts = planOf(15, { network: 'one', coordinatorPort: 9 }).hosts;
  const units: Unit[] = hosts.slice(0, 3).map((spec) => ({ name: spec.name, kind: 'host', spec }));
  const [first = '', second = '', third = ''] = units.map(({ name }) => name);
  beforeEach(async () => {
    folder = await temporaryFolder();
    paths = networkPaths(folder.path, 'one');
    await makeFolder(paths.folder);
    driver = new ProcessDriver({ paths, bundle: () => standInBundle, node: process.execPath });
    await driver.start(units, 'token');
  });
  afterEach(async () => {
    await driver.removeAll();
    await folder.remove();
  });

  const view = async (name: string) => (await driver.inspect()).find((unit) => unit.name === name);
  const isPaused = async (name: string) => (await view(name))?.paused === true;

  it('kills units and keeps their records, and starts only the dead ones again', async () => {
    const before = await view(third);
    await driver.crash([first, second]);
    expect([(await view(first))?.state, (await view(second))?.state]).to.deep.equal(['dead', 'dead']);
    await driver.crash([first]);
    await driver.revive(units, 'token');
    expect((await driver.inspect()).map(({ state }) => state)).to.deep.equal([
      'running',
      'running',
      'running',
    ]);
    expect(await view(third)).to.deep.equal(before);
    await driver.revive(units, 'token');
    expect((await driver.inspect()).length).to.equal(3);
  });

  it('freezes units and lets them go on, as often as it is asked', async () => {
    await driver.pause([first]);
    await driver.pause([first]);
    await until('it is stopped', () => isPaused(first));
    expect((await view(first))?.state).to.equal('running');
    expect(await isPaused(second)).to.equal(false);
    await driver.unpause([first]);
    await driver.unpause([first, second]);
    await until('it goes on', async () => !(await isPaused(first)));
  });

  it('says which unit can not be frozen, and freezes none then', async () => {
    await driver.crash([second]);
    const error = await rejectionOf(driver.pause([first, second]));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.equal(`Host ${second} does not run: can't pause it`);
    expect(await isPaused(first)).to.equal(false);
    await driver.unpause([second]);
  });

  it('ends frozen units as all others', async () => {
    await driver.pause([first]);
    await driver.stop([first], { graceMs: 50 });
    expect(await view(first)).to.equal(undefined);
  });

  it('reads a network off its processes', async function () {
    if (process.platform !== 'linux') this.skip();
    expect(await driver.recover()).to.equal(undefined);
    const plan = planOf(15, { network: 'one', coordinatorPort: 9 });
    await driver.start(unitsOf(plan).slice(0, 1), 'token');
    await driver.crash([third]);
    const found = await driver.recover();
    const { address, port } = plan.coordinator.control;
    expect(found).to.deep.include({ token: 'token', coordinatorUrl: `http://${address}:${port}` });
    expect(found?.units.map(({ name }) => name).sort()).to.deep.equal(['coordinator', first, second].sort());
    expect(found?.units.find(({ name }) => name === first)?.spec).to.deep.equal(hosts[0]);
  });
});
