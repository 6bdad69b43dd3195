import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, UsageError } from '@cqkd/harness';
import { expect } from 'chai';
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

  it('is read as it was written', () => {
    for (const result of [benchFixture(), benchFixture({ comparison: comparisonFixture() })])
      expect(readBenchResult(saved(result))).to.deep.equal(result);
  });

  it('may be of a machine that has no limit', () => {
    const machine = { ...benchFixture().machine, neighbours: Number.POSITIVE_INFINITY };
    expect(readBenchResult(saved(benchFixture({ machine }))).machine).to.deep.equal(machine);
  });

  it('of 0.1.0 names the release of Node.js in the kind of its machine', () => {
    const { nodeVersion: _, udpMicroseconds: __, ...machine } = benchFixture().machine;
    const old = { ...benchFixture(), machine: { ...machine, kind: 'linux x64, a CPU, 2 cores, Node.js 20' } };
    expect(readBenchResult(saved(old)).machine).to.include({
      kind: 'linux x64, a CPU, 2 cores',
      nodeVersion: '20',
      udpMicroseconds: null,
    });
  });

  it('is refused in one line when it is something else', () => {
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
    for (const [content, message] of cases)
      expect(() => readBenchResult(saved(content)))
        .to.throw(UsageError, message)
        .with.property('message')
        .that.does.not.contain('\n');
  });

  it('has to be a file that can be read', () => {
    expect(() => readBenchResult(join(folder.path, 'none.json'))).to.throw(
      UsageError,
      /no file .*none\.json/,
    );
    mkdirSync(join(folder.path, 'folder'));
    expect(() => readBenchResult(join(folder.path, 'folder'))).to.throw(EnvironmentError, 'EISDIR');
  });
});
