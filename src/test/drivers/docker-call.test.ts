import { expect } from 'chai';
import { call } from '../../drivers/docker/engine/call.js';
import { type Engine, isEngineGone, openEngine } from '../../drivers/docker/engine/engine.js';
import { EngineError, engineError } from '../../drivers/docker/engine/engine-error.js';
import { inParallel } from '../../drivers/docker/pool.js';
import { EnvironmentError } from '../../errors.js';
import { rejectionOf } from '../support/stand-in.js';
import { type EngineAnswer, type StandInEngine, standInEngine } from '../support/stand-in-engine.js';

describe('a call to an engine', () => {
  let standIn: StandInEngine;
  let engine: Engine;
  /** What it answers to the start of a container, one after the other; the last one stays. */
  let answers: EngineAnswer[];
  beforeEach(async () => {
    answers = [{ status: 204 }];
    standIn = await standInEngine((method, path) => {
      if (method !== 'POST' || path !== '/containers/one/start') return undefined;
      return answers.length > 1 ? answers.shift() : answers[0];
    });
    engine = await openEngine(standIn.environment);
  });
  afterEach(() => standIn.close());

  const start = (options?: Parameters<typeof call>[3]) =>
    call(
      engine,
      'start one',
      (abortSignal) => engine.docker.getContainer('one').start({ abortSignal }),
      options,
    );
  const refusal = (status: number, message: string): EngineAnswer => ({ status, body: { message } });
  const attempts = () =>
    standIn.requests.filter((request) => request === 'POST /containers/one/start').length;

  it('is made again while the engine has too much to do', async () => {
    answers = [
      refusal(500, 'failed to create shim task: context deadline exceeded: unknown'),
      refusal(503, 'unavailable'),
      'reset',
      { status: 204 },
    ];
    await start();
    expect(attempts()).to.equal(4);
  });

  it('is not made again when that would change nothing', async () => {
    answers = [refusal(409, 'no')];
    const error = (await rejectionOf(start())) as EngineError;
    expect(error).to.be.instanceOf(EngineError).and.instanceOf(EnvironmentError);
    expect(error.message).to.equal("Docker can't start one: no (409)");
    expect(error.reason).to.equal('no');
    expect(error.statusCode).to.equal(409);
    expect(attempts()).to.equal(1);
  });

  it('does not wait for ever, and says so', async () => {
    answers = ['hang'];
    const error = await rejectionOf(start({ timeoutMs: 50 }));
    expect(error.message).to.match(/gave no answer within 0\.05 s \(start one\): see whether its machine/);
    expect(isEngineGone(error)).to.equal(true);
  });

  it('ends with its signal, also between two attempts', async () => {
    for (const answer of ['hang', refusal(503, 'unavailable')] as const) {
      answers = [answer];
      const controller = new AbortController();
      const reason = new Error('enough');
      const before = attempts();
      const starting = rejectionOf(start({ signal: controller.signal }));
      while (attempts() === before) await new Promise((resolve) => setImmediate(resolve));
      controller.abort(reason);
      expect(await starting).to.equal(reason);
    }
  });

  it('tells an engine that went away from one that refuses', async () => {
    await standIn.close();
    const error = await rejectionOf(start());
    expect(error.message).to.match(/^No Docker Engine listens on unix:/);
    expect(isEngineGone(error)).to.equal(true);
    expect(isEngineGone(engineError(Object.assign(new Error('no'), { statusCode: 500 }), 'x', 'y'))).to.equal(
      false,
    );
    standIn = await standInEngine();
  });

  it('says what to do about what an engine ran out of', async () => {
    const lines: [string, RegExp][] = [
      ['mkdir /var/lib/docker/overlay2/x: no space left on device', /^The disk of the Docker Engine is full/],
      ['fork/exec /usr/bin/runc: cannot allocate memory', /has no memory or no process left \(start one\)/],
    ];
    for (const [message, line] of lines) {
      answers = [refusal(500, message)];
      expect((await rejectionOf(start())).message).to.match(line);
    }
  });
});

describe('work in parallel', () => {
  it('never does more than it may at a time, and keeps the order', async () => {
    let under = 0;
    let most = 0;
    const results = await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (number) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under--;
      return number * 2;
    });
    expect(results).to.deep.equal([2, 4, 6, 8, 10, 12, 14]);
    expect(most).to.equal(3);
    expect(await inParallel([], 3, async () => 1)).to.deep.equal([]);
  });

  it('begins nothing after a failure, and lets end what is under way', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const failure = new Error('two');
    const working = inParallel([1, 2, 3, 4], 2, async (number) => {
      begun.push(number);
      await new Promise((resolve) => setImmediate(resolve));
      if (number === 2) throw failure;
      await new Promise((resolve) => setImmediate(resolve));
      ended.push(number);
    });
    expect(await rejectionOf(working)).to.equal(failure);
    expect(begun).to.deep.equal([1, 2]);
    expect(ended).to.deep.equal([1]);
  });
});
