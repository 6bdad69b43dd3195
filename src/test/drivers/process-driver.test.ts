import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Unit, UnitExit } from '../../drivers/driver.js';
import { marksOf } from '../../drivers/process/marked.js';
import { ProcessDriver } from '../../drivers/process/process-driver.js';
import { secondsOf } from '../../drivers/process/usage.js';
import { EnvironmentError } from '../../errors.js';
import { makeFolder } from '../../state/files.js';
import { identify } from '../../state/identity.js';
import { type NetworkPaths, networkPaths } from '../../state/paths.js';
import { planOf } from '../support/plan-input.js';
import { rejectionOf, standInBundle } from '../support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';
import { until } from '../support/until.js';

describe('the process driver', () => {
  let folder: TemporaryFolder;
  let paths: NetworkPaths;
  let driver: ProcessDriver;
  beforeEach(async () => {
    folder = await temporaryFolder();
    paths = networkPaths(folder.path, 'one');
    await makeFolder(paths.folder);
    driver = new ProcessDriver({ paths, bundle: () => standInBundle, node: process.execPath });
  });
  afterEach(async () => {
    const all = await driver.inspect({ tolerant: true });
    await driver.kill(all.map((unit) => unit.name));
    await folder.remove();
  });

  /** Hosts of a coordinator that is not there: they run and try to reach it. */
  const units = (network: string): Unit[] =>
    planOf(15, { network, coordinatorPort: 9 }).hosts.map((spec) => ({
      name: spec.name,
      kind: 'host',
      spec,
    }));
  const running = async () => (await driver.inspect()).filter((unit) => unit.state === 'running');
  const names = (list: readonly { name: string }[]) => list.map((each) => each.name).sort();

  it('starts units detached, with their output in files', async () => {
    const wanted = units('one');
    await driver.start(wanted, 'token');
    expect(names(await running())).to.deep.equal(names(wanted));
    const [line] = await until('a first line', async () => {
      const lines = await driver.lastLines('super-primary', 5);
      return lines.length > 0 ? lines : undefined;
    });
    expect(JSON.parse(line ?? '')).to.deep.equal({
      msg: 'started',
      argv: marksOf('super-primary', paths.folder),
    });
  });

  it('records what it started so that another driver finds it', async () => {
    await driver.start(units('one'), 'token');
    const other = new ProcessDriver({ paths, bundle: () => standInBundle, node: process.execPath });
    expect(await other.inspect()).to.deep.equal(await driver.inspect());
    expect(readFileSync(paths.processes, 'utf8')).not.to.include('token');
  });

  it('tells when a unit ends', async () => {
    const exits: UnitExit[] = [];
    driver.onExit((exit) => exits.push(exit));
    await driver.start(units('dies-one'), 'token');
    await until('an exit', () => exits.length > 0);
    expect(exits).to.deep.equal([{ name: 'shared-1', code: 7, signal: null }]);
    expect(await driver.lastLines('shared-1', 5)).to.deep.equal(['out of luck']);
    const dead = (await driver.inspect()).filter((unit) => unit.state === 'dead');
    expect(names(dead)).to.deep.equal(['shared-1']);
  });

  it('stops units, and kills those that take no notice', async () => {
    for (const network of ['one', 'deaf-one']) {
      await driver.start(units(network), 'token');
      const pids = (await running()).map((unit) => unit.pid as number);
      await driver.stop(names(units(network)), { graceMs: 500 });
      expect(await driver.inspect()).to.deep.equal([]);
      expect(pids.map(identify)).to.deep.equal(pids.map(() => undefined));
    }
  });

  it('finds a process whose record is missing, by its marks', async () => {
    await driver.start(units('one'), 'token');
    const before = names(await running());
    const table = JSON.parse(readFileSync(paths.processes, 'utf8'));
    table.units[0].pid = null;
    table.units[0].started = null;
    table.units.pop();
    writeFileSync(paths.processes, JSON.stringify(table));
    expect(names(await running())).to.deep.equal(before);
    writeFileSync(paths.processes, 'corrupt');
    expect(await rejectionOf(driver.inspect())).to.be.instanceOf(EnvironmentError);
    expect(names(await driver.inspect({ tolerant: true }))).to.deep.equal(before);
    await driver.kill(before);
    expect(await driver.inspect({ tolerant: true })).to.deep.equal([]);
  });

  it('never touches a process that only has the same pid', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const record = { name: 'shared-1', kind: 'host', pid: stranger.pid, started: 'another time' };
    writeFileSync(paths.processes, JSON.stringify({ version: 1, units: [record] }));
    expect((await driver.inspect())[0]?.state).to.equal('dead');
    await driver.stop(['shared-1'], { graceMs: 100 });
    expect(stranger.exitCode).to.equal(null);
    expect(stranger.signalCode).to.equal(null);
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });

  it('measures memory and processor time of each unit', async () => {
    await driver.start(units('one'), 'token');
    const stats = await until('units that have begun', async () => {
      const now = await driver.stats();
      return now.every(({ memoryBytes }) => memoryBytes > 1e6) ? now : undefined;
    });
    expect(names(stats)).to.deep.equal(names(await running()));
    for (const unit of stats) {
      expect(unit.memoryBytes).to.be.below(500e6);
      expect(unit.cpuSeconds).to.be.within(0, 60);
    }
  });

  it('does not hand the environment of the caller on', async function () {
    if (process.platform !== 'linux') this.skip();
    process.env.BASE_PORT = '1';
    try {
      await driver.start(units('one').slice(0, 1), 'token');
      const [unit] = await running();
      const text = readFileSync(`/proc/${unit?.pid}/environ`, 'utf8');
      expect(text).to.include('CQKD_TOKEN=token').and.to.include('CQKD_HOST={');
      expect(text).not.to.include('BASE_PORT');
    } finally {
      delete process.env.BASE_PORT;
    }
  });

  it('says what is wrong when the program is missing', async () => {
    const broken = new ProcessDriver({
      paths,
      bundle: () => {
        throw new EnvironmentError('nothing there');
      },
      node: process.execPath,
    });
    expect(await rejectionOf(broken.start(units('one'), 'token'))).to.be.instanceOf(EnvironmentError);
    expect(await broken.inspect()).to.deep.equal([]);
  });

  it('leaves alone what was started and ended when it stops others', async () => {
    const [first, second] = units('one') as [Unit, Unit];
    await driver.start([first, second], 'token');
    await driver.kill([first.name]);
    expect(names(await running())).to.deep.equal([second.name]);
    await driver.start([first], 'token');
    expect(names(await running())).to.deep.equal(names([first, second]));
  });

  it('follows the logs', async () => {
    await driver.start(units('one').slice(0, 1), 'token');
    const controller = new AbortController();
    const lines: string[] = [];
    const following = (async () => {
      for await (const { line } of driver.follow(['super-primary'], controller.signal)) {
        lines.push(line);
        controller.abort();
      }
    })();
    await until('a line that was followed', () => {
      writeFileSync(`${paths.logs}/super-primary.log`, 'more\n', { flag: 'a' });
      return lines.length > 0;
    });
    await following;
    expect(lines[0]).to.be.a('string');
  });
});

describe('processor time as ps prints it', () => {
  it('is read in all its forms', () => {
    expect(['01:02', '01:02:03', '2-01:02:03', '0:00.50'].map(secondsOf)).to.deep.equal([
      62, 3723, 176_523, 0.5,
    ]);
  });
});
