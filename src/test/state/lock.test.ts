import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { EnvironmentError } from '../../errors.js';
import { identify, isAlive } from '../../state/identity.js';
import { isLocked, lockNetwork } from '../../state/lock.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('the lock of a network', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is held by one command at a time', async () => {
    const lock = await lockNetwork(folder.path, 'one', 'deploy');
    const error = await failure(lockNetwork(folder.path, 'one', 'down'));
    expect(error).to.be.instanceOf(EnvironmentError);
    expect((error as Error).message).to.match(/deploy, pid \d+.* network one/);
    expect(isLocked(folder.path, 'one')).to.equal(true);
    lock.release();
    expect(isLocked(folder.path, 'one')).to.equal(false);
    (await lockNetwork(folder.path, 'one', 'down')).release();
    expect(readdirSync(join(folder.path, '.locks'))).to.deep.equal([]);
  });

  it('does not keep other networks waiting', async () => {
    const first = await lockNetwork(folder.path, 'one', 'deploy');
    const second = await lockNetwork(folder.path, 'two', 'deploy');
    first.release();
    second.release();
  });

  it('is waited for when asked to', async () => {
    const first = await lockNetwork(folder.path, 'one', 'deploy');
    const second = lockNetwork(folder.path, 'one', 'deploy', { waitMs: 30_000 });
    first.release();
    (await second).release();
  });

  it('is taken over from a process that died, and from a broken file', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    mkdirSync(join(folder.path, '.locks'));
    for (const text of [`{"pid":${child.pid},"started":"long ago","command":"deploy"}`, 'not json', '']) {
      writeFileSync(join(folder.path, '.locks', 'one'), text);
      (await lockNetwork(folder.path, 'one', 'down')).release();
    }
  });

  it('goes to one of many who find it stale', async () => {
    mkdirSync(join(folder.path, '.locks'));
    writeFileSync(join(folder.path, '.locks', 'one'), '{"pid":1,"started":"long ago","command":"deploy"}');
    const attempts = await Promise.all(
      Array.from({ length: 20 }, () => lockNetwork(folder.path, 'one', 'deploy').catch(() => undefined)),
    );
    const held = attempts.filter((lock) => lock !== undefined);
    expect(held.length).to.equal(1);
    held[0]?.release();
  });
});

describe('the identity of a process', () => {
  it('is that of a living process only', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = identify(child.pid as number);
    expect(identity?.pid).to.equal(child.pid);
    expect(isAlive(identity as NonNullable<typeof identity>)).to.equal(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(identity as NonNullable<typeof identity>)).to.equal(false);
  });

  it('does not take a later process of that pid for the same', () => {
    const own = identify(process.pid) as { pid: number; started: string };
    expect(isAlive(own)).to.equal(true);
    expect(isAlive({ ...own, started: `${own.started}0` })).to.equal(false);
  });
});
