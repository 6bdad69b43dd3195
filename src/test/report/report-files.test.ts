import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { EnvironmentError, UsageError } from '../../errors.js';
import { checkReportFiles, endingOf, writeReportFile } from '../../report/report-files.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';

const endings = ['.md', '.html'] as const;

describe('files of reports', () => {
  let folder: TemporaryFolder;
  const at = (...path: string[]) => join(folder.path, ...path);

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('are told by their endings', () => {
    expect(endingOf('a.b/C.HTML', endings)).to.equal('.html');
    for (const file of ['report.pdf', 'report', '.md', 'md', 'report.md.txt'])
      expect(() => endingOf(file, endings), file).to.throw(
        UsageError,
        `${file}: it has to end in .md, .html`,
      );
  });

  it('are refused before the work where they could not be written after it', () => {
    mkdirSync(at('taken.md'));
    writeFileSync(at('file'), '');
    expect(() => checkReportFiles([at('new.md'), at('new.html')], endings)).not.to.throw();
    for (const [path, code] of [
      [at('missing', 'a.md'), 'ENOENT'],
      [at('taken.md'), 'EISDIR'],
      [at('file', 'a.md'), 'ENOTDIR'],
    ] as const)
      expect(() => checkReportFiles([at('new.md'), path], endings), path).to.throw(
        EnvironmentError,
        `Can't write report ${path} (${code})`,
      );
    expect(existsSync(at('new.md'))).to.equal(false);
  });

  it('replace what was there, and leave nothing beside it', () => {
    writeFileSync(at('a.md'), 'old');
    writeReportFile(at('a.md'), 'new');
    expect(readFileSync(at('a.md'), 'utf8')).to.equal('new');
    expect(readdirSync(folder.path)).to.deep.equal(['a.md']);
  });

  it('name the file and the reason when they can not be written', () => {
    expect(() => writeReportFile(at('missing', 'a.md'), '')).to.throw(
      EnvironmentError,
      /^Can't write report \S+a\.md \(ENOENT\): name a file in a folder that exists and can be written$/,
    );
  });
});
