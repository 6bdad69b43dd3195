import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import { rejectionOf } from '../../../../src/test/support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../../../../src/test/support/temporary.js';
import { readThresholds } from '../../src/experiment/read-thresholds.js';
import { defaultThresholds } from '../../src/experiment/thresholds.js';

describe('thresholds in a file', () => {
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());
  const read = async (text: string) => {
    const file = join(folder.path, 'thresholds.yaml');
    await writeFile(file, text);
    return readThresholds(file);
  };

  it('take the place of the defaults that they name', async () => {
    expect(await readThresholds(undefined)).to.deep.equal(defaultThresholds);
    expect(await read('')).to.deep.equal(defaultThresholds);
    expect(await read('recovery: [5s, 2m]\nstore: [90, 80]\n')).to.deep.equal({
      recall: [0.99, 0.95],
      recovery: [5, 120],
      store: [90, 80],
    });
  });

  const wrong: [string, RegExp][] = [
    ['recal: [1, 0.9]', /there is no threshold recal; the nearest is recall$/],
    ['recall: [0.9, 0.99]', /recall takes its target and its limit, like \[0.99, 0.95\], got \[0.9,0.99\]$/],
    ['recovery: 15s', /recovery takes its target and its limit, like \[15s, 60s\], got "15s"$/],
    ['- 1', /takes lines like/],
    ['a: [', /is not YAML/],
  ];
  for (const [text, message] of wrong) {
    it(`are refused: ${text}`, async () => {
      const error = await rejectionOf(read(text));
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message).to.match(message);
    });
  }

  it('can not be read where there are none', async () => {
    expect(await rejectionOf(readThresholds(join(folder.path, 'nothing')))).to.be.instanceOf(
      EnvironmentError,
    );
  });
});
