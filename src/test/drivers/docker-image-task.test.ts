import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { type Engine, openEngine } from '../../drivers/docker/engine/engine.js';
import { EngineError } from '../../drivers/docker/engine/engine-error.js';
import { chooseOrigin } from '../../drivers/docker/image/choose-origin.js';
import { runTask, type TaskMessage, type TaskOptions } from '../../drivers/docker/image/task.js';
import { rejectionOf } from '../support/stand-in.js';
import { type StandInEngine, standInEngine } from '../support/stand-in-engine.js';
import { until } from '../support/until.js';

describe('a long task of an engine', () => {
  let standIn: StandInEngine;
  let engine: Engine;
  /** The answer to the pull that runs. */
  let answer: ServerResponse | undefined;
  let architecture = 'x86_64';
  beforeEach(async () => {
    answer = undefined;
    standIn = await standInEngine((method, path, { response }) => {
      if (path === '/images/base:1/json') return { status: 404, body: { message: 'No such image: base:1' } };
      if (method !== 'POST' || path !== '/images/create') return undefined;
      answer = response;
      return 'hang';
    });
    engine = { ...(await openEngine(standIn.environment)), architecture };
  });
  afterEach(() => standIn.close());

  const never = new AbortController().signal;
  const begin = (options: Partial<TaskOptions> = {}) =>
    runTask(engine, (abortSignal) => engine.docker.pull('base:1', { abortSignal }), {
      doing: 'fetch the image base:1',
      signal: never,
      silenceMs: 30_000,
      ...options,
    });
  const asked = () => until('the engine is asked', () => answer);
  const tell = (message: TaskMessage) => answer?.write(`${JSON.stringify(message)}\r\n`);

  it('is told of line by line', async () => {
    const told: TaskMessage[] = [];
    const task = begin({ onMessage: (message) => told.push(message) });
    await asked();
    tell({ status: 'Pulling' });
    tell({ status: 'Done' });
    answer?.end();
    await task;
    expect(told).to.deep.equal([{ status: 'Pulling' }, { status: 'Done' }]);
  });

  it('fails with the words of the engine', async () => {
    const task = rejectionOf(begin());
    await asked();
    tell({ error: 'toomanyrequests:\nslow down', errorDetail: { message: 'toomanyrequests:\nslow down' } });
    answer?.end();
    const error = await task;
    expect(error).to.be.instanceOf(EngineError);
    expect(error.message).to.equal("Docker can't fetch the image base:1: toomanyrequests: slow down (500)");
  });

  it('fails with the words of an engine that refuses it', async () => {
    const task = rejectionOf(begin());
    const response = await asked();
    response.writeHead(500, { 'content-type': 'application/json' });
    // Such a message of other calls is a reason to make them again.
    response.end(JSON.stringify({ message: 'Get "https://registry/v2/": i/o timeout' }));
    expect((await task).message).to.equal(
      'Docker can\'t fetch the image base:1: Get "https://registry/v2/": i/o timeout (500)',
    );
  });

  it('is given up when the engine says nothing, before its answer or in it', async () => {
    const before = await rejectionOf(begin({ silenceMs: 50 }));
    expect(before).to.be.instanceOf(EngineError);
    expect(before.message).to.match(/gave no answer within 0.05 s \(fetch the image base:1\)/);
    const task = rejectionOf(begin({ silenceMs: 500 }));
    const response = await asked();
    tell({ status: 'Pulling' });
    expect((await task).message).to.match(/no answer within 0.5 s/);
    await until('the connection is closed', () => response.destroyed);
  });

  it('goes on as long as the engine says something', async () => {
    const task = begin({ silenceMs: 1500 });
    await asked();
    const startedAt = performance.now();
    const timer = setInterval(() => tell({ status: 'Downloading' }), 20);
    await until('much more time has passed', () => performance.now() - startedAt > 3000);
    clearInterval(timer);
    answer?.end();
    await task;
  });

  it('awaits the step that the engine is at when it is aborted', async () => {
    const controller = new AbortController();
    const told: TaskMessage[] = [];
    let settled = false;
    const task = rejectionOf(
      begin({ signal: controller.signal, onMessage: (message) => told.push(message) }),
    ).finally(() => {
      settled = true;
    });
    const response = await asked();
    // As the engine does, and Node does not by itself.
    Object.assign((response.req.socket as unknown as { server: object }).server, { httpAllowHalfOpen: true });
    const isTold = new Promise((resolve) => response.req.socket.once('end', resolve));
    tell({ stream: 'Step 1/2' });
    await until('the first line has come', () => told.length === 1);
    controller.abort(new Error('enough'));
    await isTold;
    expect(settled).to.equal(false);
    tell({ stream: ' ---> 0123456789ab' });
    tell({ error: 'Build cancelled', errorDetail: { message: 'Build cancelled' } });
    response.end();
    expect((await task).message).to.equal('enough');
    expect(told.length).to.equal(3);
  });

  it('is not begun when it is aborted before', async () => {
    const error = await rejectionOf(begin({ signal: AbortSignal.abort(new Error('enough')) }));
    expect(error.message).to.equal('enough');
    expect(standIn.requests).to.not.include('POST /images/create');
  });

  it('is broken off while it is still sent', async () => {
    const controller = new AbortController();
    const task = rejectionOf(begin({ signal: controller.signal }));
    const response = await asked();
    controller.abort(new Error('enough'));
    expect((await task).message).to.equal('enough');
    await until('the connection is closed', () => response.req.socket.destroyed);
  });

  it('says that the engine has gone', async () => {
    const task = rejectionOf(begin());
    const response = await asked();
    tell({ status: 'Pulling' });
    response.destroy();
    expect((await task).message).to.match(/broke off|can't be spoken to/);
  });

  describe('a registry', () => {
    const choose = (wanted: 'auto' | 'registry' | 'offline', before: 'offline' | null = null) =>
      chooseOrigin(engine, { wanted, base: 'base:1', before, signal: never, onProgress: () => {} });
    const refuse = async () => {
      await asked();
      tell({ error: 'no such host', errorDetail: { message: 'no such host' } });
      answer?.end();
    };
    const own = process.arch === 'x64' && process.platform === 'linux';
    const foreign = /does not run in containers of this engine \(linux, s390x\)/;

    it('is asked unless Node came from this machine before', async function () {
      if (!own) this.skip();
      expect(await choose('auto', 'offline')).to.equal('offline');
      expect(await choose('offline')).to.equal('offline');
      expect(answer).to.equal(undefined);
      const chosen = choose('auto');
      await asked();
      answer?.end();
      expect(await chosen).to.equal('registry');
    });

    it('that can not be reached is replaced by this machine, unless it was asked for', async function () {
      if (!own) this.skip();
      const chosen = choose('auto');
      await refuse();
      expect(await chosen).to.equal('offline');
      answer = undefined;
      const error = rejectionOf(choose('registry'));
      await refuse();
      expect((await error).message).to.match(
        /^Docker can't fetch the image base:1: no such host .*docker load, or .* --from offline$/,
      );
    });

    describe('for an engine of another kind', () => {
      before(() => {
        architecture = 's390x';
      });
      after(() => {
        architecture = 'x86_64';
      });

      it('is the only way', async () => {
        expect((await rejectionOf(choose('offline'))).message).to.match(foreign);
        expect(answer).to.equal(undefined);
        const error = rejectionOf(choose('auto', 'offline'));
        await refuse();
        expect((await error).message)
          .to.match(/no such host/)
          .and.to.match(foreign);
      });
    });
  });
});
