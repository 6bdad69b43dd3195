import { expect } from 'chai';
import { isEngineGone, openEngine } from '../../drivers/docker/engine/engine.js';
import { socketOf } from '../../drivers/docker/engine/transport.js';
import type { Unit, UnitExit } from '../../drivers/driver.js';
import { EnvironmentError } from '../../errors.js';
import { type DockerLab, dockerLab } from '../support/docker-lab.js';
import { requireEngine } from '../support/engine.js';
import { type EngineProxy, engineProxy } from '../support/engine-proxy.js';
import { rejectionOf } from '../support/stand-in.js';
import { until } from '../support/until.js';

describe('the Docker driver without its engine', () => {
  let proxy: EngineProxy | undefined;
  let lab: DockerLab | undefined;
  beforeEach(async function () {
    await requireEngine(this);
    const socket = socketOf((await openEngine()).url);
    if (socket === undefined) return this.skip();
    proxy = await engineProxy(socket);
    lab = await dockerLab(this, proxy.environment);
  });
  afterEach(async () => {
    await proxy?.close();
    await lab?.remove();
    proxy = lab = undefined;
  });
  const here = () => ({ ...(lab as DockerLab), ...(proxy as EngineProxy) });

  it('hears again when the engine is back, and tells what ended in between', async () => {
    const { driver, units, container, cut, restore } = here();
    const [first, second, third] = units as [Unit, Unit, Unit];
    const exits: UnitExit[] = [];
    const stopListening = driver.onExit((exit) => exits.push(exit));
    await driver.start([first, second, third], 'token');
    await cut();
    await container(first.name).kill();
    await container(second.name).remove({ force: true });
    await restore();
    await until('the ends', () => exits.length >= 2);
    expect(exits).to.have.deep.members([
      { name: first.name, code: null, signal: 'SIGKILL' },
      { name: second.name, code: null, signal: 'the removal of its container' },
    ]);
    await container(third.name).kill({ signal: 'SIGTERM' });
    await until('the last end', () => exits.length >= 3);
    expect(exits[2]).to.deep.equal({ name: third.name, code: 0, signal: null });
    stopListening();
  });

  it('says that it is gone, and works again when it is back', async () => {
    const { driver, units, network, cut, restore } = here();
    const names = units.map(({ name }) => name);
    await driver.start(units.slice(0, 2), 'token');
    await cut();
    for (const attempt of [
      () => driver.start(units.slice(2), 'token'),
      () => driver.inspect(),
      () => driver.stats(),
      () => driver.stop(names, { graceMs: 1000 }),
      () => driver.kill(names),
      () => driver.lastLines(names[0] ?? '', 5),
      () => driver.follow(names, new AbortController().signal)[Symbol.asyncIterator]().next(),
      () => driver.removeAll(),
    ]) {
      const error = await rejectionOf(attempt());
      expect(error).to.be.instanceOf(EnvironmentError);
      expect(error.message).to.match(/^No Docker Engine listens on unix:\/\/.*: start it/);
      expect(isEngineGone(error)).to.equal(true);
    }
    await restore();
    expect((await driver.inspect()).map(({ state }) => state)).to.deep.equal(['running', 'running']);
    await driver.start(units.slice(2, 3), 'token');
    expect((await driver.removeAll()).length).to.equal(3);
    expect(network).to.match(/^t/);
    expect(await driver.inspect()).to.deep.equal([]);
  });

  it('goes on following logs', async () => {
    const { driver, units, change, cut, restore } = here();
    const [first] = units as [Unit];
    change(first.name, { program: `let n = 0; setInterval(() => console.log('tick ' + n++), 50)` });
    await driver.start([first], 'token');
    const controller = new AbortController();
    const lines: string[] = [];
    const following = (async () => {
      for await (const { line } of driver.follow([first.name], controller.signal)) lines.push(line);
    })();
    await until('lines', () => lines.length > 2);
    await cut();
    const before = lines.length;
    await restore();
    await until('more lines', () => lines.length > before + 2);
    controller.abort();
    await following;
    expect(new Set(lines).size).to.equal(lines.length);
  });

  it('breaks off a start in the middle, and cleans up later', async () => {
    const { driver, units, cut, restore } = here();
    const starting = rejectionOf(driver.start(units, 'token', { onStarted: () => void cut() }));
    const error = await starting;
    expect(error).to.be.instanceOf(EnvironmentError);
    expect(error.message).to.match(/^(No Docker Engine listens on|The Docker Engine at .* broke off)/);
    await restore();
    await driver.removeAll();
    expect(await driver.inspect()).to.deep.equal([]);
  });
});
