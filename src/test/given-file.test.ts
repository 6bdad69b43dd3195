import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { EnvironmentError, UsageError } from '../errors.js';
import { type GivenFileOptions, readGivenFile } from '../given-file.js';
import { rejectionOf } from './support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from './support/temporary.js';

describe('a file that the user names', () => {
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());
  const read = (file: string, options: Partial<GivenFileOptions> = {}) =>
    readGivenFile(file, { failed: (why) => new EnvironmentError(`not read: ${why}`), ...options });
  const at = (name: string) => join(folder.path, name);
  const pipe = (name: string) => {
    execFileSync('mkfifo', [at(name)]);
    return at(name);
  };

  it('is read to its end', async () => {
    writeFileSync(at('text'), 'ä'.repeat(100_000));
    expect(await read(at('text'))).to.equal('ä'.repeat(100_000));
    writeFileSync(at('empty'), '');
    expect(await read(at('empty'))).to.equal('');
  });

  it('is told by the caller why the system does not give it', async () => {
    expect((await rejectionOf(read(at('missing')))).message).to.equal('not read: ENOENT');
  });

  it('can be a pipe, whose writer may take its time', async function () {
    if (process.platform === 'win32') this.skip();
    const file = pipe('slow');
    execFile('sh', ['-c', `sleep 0.3; (printf one; sleep 0.3; printf two) > ${file}`]);
    expect(await read(file)).to.equal('onetwo');
  });

  it('is neither a folder nor a device, and no larger than it may be', async () => {
    for (const [file, message] of [
      [folder.path, 'is a folder'],
      ['/dev/zero', 'is a device'],
      [at('text'), 'is too large'],
    ] as const) {
      const error = await rejectionOf(read(file, { mostBytes: 1000 }));
      expect(error, file).to.be.instanceOf(UsageError);
      expect(error.message).to.include(message);
    }
  });

  it('is not waited for when the user interrupts', async function () {
    if (process.platform === 'win32') this.skip();
    const controller = new AbortController();
    const reading = rejectionOf(read(pipe('silent'), { signal: controller.signal }));
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 100);
    expect(await reading).to.equal(reason);
  });

  it('is given up when it gives nothing for 10 s', async function () {
    if (process.platform === 'win32') this.skip();
    this.timeout(60_000);
    const error = await rejectionOf(read(pipe('mute')));
    expect(error.message).to.match(/gave no data for 10 s$/);
  });
});
