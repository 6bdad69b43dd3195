import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import { rejectionOf } from '../../../../src/test/support/stand-in.js';
import { type TemporaryFolder, temporaryFolder } from '../../../../src/test/support/temporary.js';
import { readBenchResult } from '../../src/record/read-result.js';
import { benchFixture, comparisonFixture } from './fixture.js';

describe('a saved benchmark', () => {
  let folder: TemporaryFolder;
  const saved = (content: unknown) => {
    const file = join(folder.path, 'saved.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('is read as it was written', async () => {
    for (const result of [benchFixture(), benchFixture({ comparison: comparisonFixture() })])
      expect(await readBenchResult(saved(result))).to.deep.equal(result);
  });

  it('may be of a machine that has no limit', async () => {
    const machine = { ...benchFixture().machine, neighbours: Number.POSITIVE_INFINITY };
    expect((await readBenchResult(saved(benchFixture({ machine })))).machine).to.deep.equal(machine);
  });

  it('of 0.1.0 names the release of Node.js in the kind of its machine', async () => {
    const { nodeVersion: _, udpMicroseconds: __, ...machine } = benchFixture().machine;
    const old = { ...benchFixture(), machine: { ...machine, kind: 'linux x64, a CPU, 2 cores, Node.js 20' } };
    expect((await readBenchResult(saved(old))).machine).to.include({
      kind: 'linux x64, a CPU, 2 cores',
      nodeVersion: '20',
      udpMicroseconds: null,
    });
  });

  it('is refused in one line when it is something else', async () => {
    const { suites, ...rest } = benchFixture();
    const [first] = suites;
    const figure = { ...first!.measurements[0]!, unit: 'furlongs' };
    const cases: [unknown, RegExp][] = [
      ['{"version": 1,', /saved\.json is not JSON/],
      [[], /not a result of cqkd bench \(the document: expected object, received array\)/],
      [{ ...rest, suites, version: 2 }, /saved\.json is of version 2, and this cqkd reads version 1/],
      [rest, /not a result of cqkd bench \(suites: expected array, received undefined\)/],
      [
        { ...rest, suites: [{ ...first, measurements: [figure] }] },
        /\(suites\.0\.measurements\.0\.unit: Invalid option: expected one of /,
      ],
      [{ ...rest, suites, at: 'yesterday' }, /\(at: Invalid ISO datetime\)/],
      [{ error: { kind: 'usage' } }, /\(version: expected 1\)/],
    ];
    for (const [content, message] of cases) {
      const error = await rejectionOf(readBenchResult(saved(content)));
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message).to.match(message).and.not.contain('\n');
    }
  });

  it('has to be a file that can be read', async () => {
    const missing = await rejectionOf(readBenchResult(join(folder.path, 'none.json')));
    expect(missing).to.be.instanceOf(UsageError);
    expect(missing.message).to.match(/no file .*none\.json/);
    expect((await rejectionOf(readBenchResult(folder.path))).message).to.include('is a folder');
  });
});
