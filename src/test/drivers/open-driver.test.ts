import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { infrastructureOf } from '../../drivers/open-driver.js';
import { createSandbox, type Sandbox } from '../support/sandbox.js';

describe('what a network that exists runs on', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await createSandbox();
  });
  after(() => sandbox.remove());

  const nodeBinaryOf = async (nodeBinary?: string) =>
    (await infrastructureOf(sandbox.root, { driver: 'process', nodeBinary })).nodeBinary;

  it('is the Node.js that it was deployed on, whichever runs the command', async () => {
    const other = join(dirname(sandbox.root), 'node');
    writeFileSync(other, '', { mode: 0o755 });
    expect(await nodeBinaryOf(other)).to.equal(other);
  });

  it('is the one that runs the command where that is gone', async () => {
    expect(await nodeBinaryOf('/nowhere/bin/node')).to.equal(process.execPath);
    expect(await nodeBinaryOf()).to.equal(process.execPath);
  });
});
