import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { EnvironmentError } from '../../errors.js';
import { networkPaths } from '../../state/paths.js';
import { appendRun, type RunRecord, readRuns } from '../../state/run-records.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

const record = (at: number): RunRecord => ({
  at,
  command: 'verify',
  network: 'one',
  node: '24.0.0',
  result: { at },
});

describe('run records', () => {
  let folder: TemporaryFolder;
  beforeEach(async () => {
    folder = await temporaryFolder();
    mkdirSync(join(folder.path, 'one'));
  });
  afterEach(() => folder.remove());

  it('are read in the order in which they were written', () => {
    const paths = networkPaths(folder.path, 'one');
    expect(readRuns(paths)).to.deep.equal([]);
    appendRun(paths, record(1));
    appendRun(paths, record(2));
    expect(readRuns(paths)).to.deep.equal([record(1), record(2)]);
  });

  it('are read past lines that were left half written', () => {
    const paths = networkPaths(folder.path, 'one');
    appendRun(paths, record(1));
    appendFileSync(paths.runs, '{"at":2,"comma\nnull\n3\n{"at":4}\n');
    appendRun(paths, record(5));
    expect(readRuns(paths).map(({ at }) => at)).to.deep.equal([1, 5]);
  });

  it('can not be read where something else lies in their place', () => {
    const paths = networkPaths(folder.path, 'one');
    mkdirSync(paths.runs);
    expect(() => readRuns(paths)).to.throw(EnvironmentError, 'runs.jsonl (EISDIR)');
  });
});
