import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { openEngine } from '../../drivers/docker/engine/engine.js';
import { Exits, exitOf } from '../../drivers/docker/exits.js';
import type { UnitExit } from '../../drivers/driver.js';
import { type StandInEngine, standInEngine } from '../support/stand-in-engine.js';
import { until } from '../support/until.js';

describe('the ends of containers', () => {
  let standIn: StandInEngine;
  let exits: UnitExit[];
  let watching: Exits;
  /** The open stream of events. */
  let stream: ServerResponse | undefined;
  /** What the engine lists, and says of one; asked when a request comes. */
  let list: () => object[];
  let state: { ExitCode: number; OOMKilled: boolean };
  beforeEach(async () => {
    exits = [];
    stream = undefined;
    list = () => [];
    state = { ExitCode: 0, OOMKilled: false };
    standIn = await standInEngine((_, path, { response }) => {
      if (path === '/containers/json') return { body: list() };
      if (path === '/containers/a/json') return { body: { State: state } };
      if (path !== '/events') return undefined;
      response.writeHead(200).flushHeaders();
      stream = response;
      return 'hang';
    });
    const engine = await openEngine(standIn.environment);
    watching = new Exits({ engine, network: 'one', tell: (exit) => exits.push(exit), lostAfterMs: 50 });
  });
  afterEach(async () => {
    watching.close();
    await standIn.close();
  });

  const container = (State: string) => ({ Id: 'a', Names: ['/cqkd-one-first'], Labels: {}, State });
  const tell = (Action: string, exitCode?: number, ID = 'a') =>
    stream?.write(
      `${JSON.stringify({ Action, Actor: { ID, Attributes: { exitCode: String(exitCode) } } })}\n`,
    );
  const opened = async () => {
    watching.watch('a', 'first');
    watching.open();
    await until('the list', () => stream && standIn.requests.includes('GET /containers/json'));
  };
  const first = async () => {
    await until('an end', () => exits.length > 0);
    return exits;
  };

  it('are told by events, once, and only of what is watched', async () => {
    list = () => [container('running')];
    await opened();
    tell('die', 3, 'b');
    tell('die', 7);
    tell('die', 7);
    expect(await first()).to.deep.equal([{ name: 'first', code: 7, signal: null }]);
    tell('die', 1);
    await stream?.end();
    await until('another stream', () => standIn.requests.filter((each) => each === 'GET /events').length > 1);
    expect(exits.length).to.equal(1);
  });

  it('are known to be for want of memory, whichever event comes first', async () => {
    const outOfMemory = exitOf('first', 137, true);
    expect(outOfMemory.signal).to.match(/^SIGKILL, out of memory/);
    list = () => [container('running')];
    await opened();
    state = { ExitCode: 137, OOMKilled: true };
    tell('die', 137);
    expect(await first()).to.deep.equal([outOfMemory]);
    exits.length = 0;
    state = { ExitCode: 137, OOMKilled: false };
    watching.watch('a', 'first');
    tell('oom');
    tell('die', 137);
    expect(await first()).to.deep.equal([outOfMemory]);
  });

  it('are looked up when they came before the events', async () => {
    list = () => [container('exited')];
    state = { ExitCode: 5, OOMKilled: false };
    await opened();
    expect(await first()).to.deep.equal([{ name: 'first', code: 5, signal: null }]);
  });

  it('are not told of a container that is created while the others are looked up', async () => {
    list = () => {
      watching.watch('b', 'second');
      return [];
    };
    await opened();
    expect(await first()).to.deep.equal([
      { name: 'first', code: null, signal: 'the removal of its container' },
    ]);
    list = () => [{ ...container('running'), Id: 'b' }];
    tell('die', 0, 'b');
    await until('the other end', () => exits.length > 1);
    expect(exits[1]).to.deep.equal({ name: 'second', code: 0, signal: null });
  });

  it('are not told when they were asked for', async () => {
    list = () => [container('running'), { ...container('running'), Id: 'b' }];
    watching.watch('b', 'second');
    await opened();
    watching.forget(['first']);
    tell('die', 137);
    tell('die', 0, 'b');
    expect(await first()).to.deep.equal([{ name: 'second', code: 0, signal: null }]);
  });

  it('go on being told after nonsense', async () => {
    list = () => [container('running')];
    await opened();
    stream?.write('{"Action":\n');
    await until('another stream', () => standIn.requests.filter((each) => each === 'GET /events').length > 1);
    tell('die', 2);
    expect(await first()).to.deep.equal([{ name: 'first', code: 2, signal: null }]);
  });

  it('are taken for granted when the engine stays away', async () => {
    list = () => [container('running')];
    await opened();
    await standIn.close();
    expect(await first()).to.deep.equal([
      { name: 'first', code: null, signal: 'the loss of the Docker Engine' },
    ]);
    standIn = await standInEngine();
  });
});
