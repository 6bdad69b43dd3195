import { chmod, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../../errors.js';
import { ownNodeBinary, readNodeBinary } from '../../machine/node-binary.js';
import { rejectionOf } from '../support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

describe('the Node.js that hosts run on', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  /** A program that does this. */
  const program = async (script: string) => {
    const path = join(folder.path, 'node');
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const refusal = async (path: string) => {
    const error = await rejectionOf(readNodeBinary(path));
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.include('--node-binary and CQKD_NODE_BINARY take ');
    expect(error.message).to.include(`Node.js 20.19 or later, got ${path}, which `);
    expect(error.message).not.to.include('\n');
    return error.message.slice(error.message.lastIndexOf(', which ') + 2);
  };

  it('is the own one unless another is named', async () => {
    const own = { path: process.execPath, version: process.versions.node };
    expect(ownNodeBinary()).to.deep.equal(own);
    expect(await readNodeBinary(undefined)).to.deep.equal(own);
    expect(await readNodeBinary(process.execPath)).to.deep.equal(own);
  });

  it('is found from the folder of the caller', async () => {
    const path = await program('echo v24.1.0');
    expect(await readNodeBinary(relative('.', path))).to.deep.equal({ path, version: '24.1.0' });
  });

  for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.1.0', '100.0.0', '25.0.0-nightly2026'])
    it(`may be ${version}`, async () => {
      // It must be asked for its version, and nothing else.
      const path = await program(`[ "$*" = --version ] && echo v${version}`);
      expect(await readNodeBinary(path)).to.deep.equal({ path, version });
    });

  for (const version of ['v18.0.0', 'v20.18.9', 'v9.99.0'])
    it(`is refused when it is ${version}`, async () => {
      expect(await refusal(await program(`echo ${version}`))).to.equal(`which is ${version}`);
    });

  it('is refused when it is not there', async () => {
    expect(await refusal(join(folder.path, 'none'))).to.equal('which is not there');
  });

  it('is refused when the name is empty', async () => {
    for (const [given, said] of [
      ['', 'nothing'],
      [' ', ' '],
    ] as const) {
      const error = await rejectionOf(readNodeBinary(given));
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message).to.match(new RegExp(`, got ${said}, which names no file$`));
    }
  });

  it('is refused when it prints something else', async () => {
    expect(await refusal(await program('echo hello'))).to.equal('which prints "hello"');
    expect(await refusal(await program('true'))).to.equal('which prints ""');
    expect(await refusal(await program('echo 24.1.0'))).to.equal('which prints "24.1.0"');
    const long = await refusal(await program('for i in 1 2 3 4 5 6 7 8 9; do echo more words; done'));
    expect(long).to.have.length.below(80);
  });

  it('is refused when it can not be run, and when it fails', async () => {
    const path = await program('echo v24.1.0');
    await chmod(path, 0o644);
    expect(await refusal(path)).to.equal("which can't be run (EACCES)");
    expect(await refusal(folder.path)).to.equal("which can't be run (EACCES)");
    expect(await refusal(await program('echo v24.1.0; exit 3'))).to.match(/^which can't be run \(.+\)$/);
  });
});
