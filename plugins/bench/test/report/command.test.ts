import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CommandLine, createCommandLine } from '../../../../src/test/support/command-line.js';
import { type TemporaryFolder, temporaryFolder } from '../../../../src/test/support/temporary.js';
import { benchFixture, comparisonFixture } from './fixture.js';

describe('cqkd report', () => {
  let folder: TemporaryFolder;
  let cqkd: CommandLine;
  const at = (name: string) => join(folder.path, name);

  before(async () => {
    folder = await temporaryFolder();
    cqkd = await createCommandLine();
    writeFileSync(at('saved.json'), JSON.stringify(benchFixture({ comparison: comparisonFixture() })));
  });
  after(async () => {
    await cqkd.remove();
    await folder.remove();
  });

  it('shows what was saved, writes reports of it, and judges nothing', async () => {
    const args = ['report', at('saved.json'), '--report', at('a.html'), '--report', at('a.md')];
    const { code, stdout, stderr } = await cqkd.run(...args);
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
    expect(stdout).to.contain('FAIL  Worse by more than 10 %');
    expect(readFileSync(at('a.html'), 'utf8')).to.contain('<title>Benchmark at 200 workers</title>');
    expect(readFileSync(at('a.md'), 'utf8')).to.contain('# Benchmark at 200 workers');
  });

  it('answers in JSON what was saved', async () => {
    const saved = benchFixture({ comparison: comparisonFixture() });
    expect(await cqkd.json('report', at('saved.json'))).to.deep.equal(saved);
  });

  it('writes nothing when there is nothing to show, or no place for it', async () => {
    const none = await cqkd.run('report', at('none.json'), '--report', at('b.html'));
    expect(none.code).to.equal(2);
    expect(none.stderr).to.match(/^error: There is no file [^\n]*none\.json[^\n]*\n$/);
    expect(existsSync(at('b.html'))).to.equal(false);
    const ending = await cqkd.run('report', at('saved.json'), '--report', at('b.pdf'));
    expect(ending.code).to.equal(2);
    expect(ending.stderr).to.contain('it has to end in .md, .html, .json');
  });
});
