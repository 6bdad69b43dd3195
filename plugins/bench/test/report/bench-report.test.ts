import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import { type TemporaryFolder, temporaryFolder } from '../../../../src/test/support/temporary.js';
import { tagErrors } from '../../../../src/test/support/well-formed.js';
import type { BenchResult } from '../../src/measurement.js';
import { checkBenchReports, writeBenchReports } from '../../src/report/bench-report.js';
import { benchFixture, comparisonFixture, histogram, measurement, suite } from './fixture.js';

const hostile = '<script>alert("1")</script> & | `x` [a](javascript:b) \u001b[31m';

describe('reports of a benchmark', () => {
  let folder: TemporaryFolder;
  const at = (name: string) => join(folder.path, name);
  const written = async (result: BenchResult, name: string) => {
    await writeBenchReports(result, [at(name)]);
    return readFileSync(at(name), 'utf8');
  };
  const compared = () => benchFixture({ comparison: comparisonFixture() });

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('are written in every format that is asked for, and nothing else', async () => {
    const files = ['a.md', 'a.html', 'a.json'];
    await writeBenchReports(compared(), files.map(at));
    expect(readdirSync(folder.path).sort()).to.deep.equal(files.sort());
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8'))).to.deep.equal(compared());
  });

  it('refuse other endings and folders that do not exist, before anything is measured', () => {
    expect(() => checkBenchReports([at('a.md'), 'a.xml'])).to.throw(
      UsageError,
      /a\.xml.*\.md, \.html, \.json/,
    );
    expect(() => checkBenchReports([at('missing/a.md')])).to.throw(EnvironmentError, 'missing/a.md');
    expect(() => checkBenchReports([at('a.md'), at('b.HTML'), at('c.json')])).not.to.throw();
  });

  it('are pages that are well-formed and ask for nothing', async () => {
    for (const result of [benchFixture(), compared(), benchFixture({ suites: [] })]) {
      const page = await written(result, 'a.html');
      expect(tagErrors(page)).to.deep.equal([]);
      expect(page.replace(/xmlns(:\w+)?="[^"]*"/g, '')).not.to.match(
        /https?:|<script|<link|<img|@import|url\((?!#)/,
      );
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).to.equal(ids.length);
    }
  });

  it('hold the charts in themselves, each with all its values', async () => {
    const page = await written(compared(), 'a.html');
    expect(page.match(/<figure>[\s\S]*?<svg id="/g)).to.have.length(7);
    expect(page.match(/<summary>All (percentiles|points)<\/summary>/g)).to.have.length(6);
    expect(page).to.match(/<th scope="row">p99\.9<\/th>/);
    const text = await written(compared(), 'a.md');
    const images = [...text.matchAll(/!\[[^\]]+\]\(data:image\/svg\+xml;base64,([\w+/=]+)\)/g)];
    expect(images).to.have.length(7);
    for (const [, image] of images)
      expect(tagErrors(Buffer.from(image as string, 'base64').toString())).to.deep.equal([]);
  });

  it('tell in Markdown what the terminal tells', async () => {
    const text = await written(compared(), 'a.md');
    expect(text).to.match(/^\*\*✖ fail\*\*: Worse by more than 10 %: Codec: encode \(\+27 %\)/m);
    expect(text).to.match(/^\| encode +\| +1\.62 µs \| +± 0\.049 µs \|/m);
    expect(text).to.match(/^\| Codec: encode +\| .* \| ▼ worse +\|$/m);
    expect(text).to.match(/^Did not run: no Docker engine answers/m);
    expect(await written(benchFixture(), 'b.md')).not.to.contain('Comparison');
  });

  it('show any text as it is', async () => {
    const hostileSuite = suite(hostile, hostile, {
      measurements: [measurement(hostile, hostile, 'ms', 1)],
      histograms: [histogram('a', hostile, 'ms', 1), histogram('b', hostile, 'ms', 2)],
      curves: (benchFixture().suites[2]?.curves ?? []).map((curve) => ({ ...curve, title: hostile })),
      notes: [hostile],
    });
    const [first] = comparisonFixture().measurements;
    const comparison = comparisonFixture({ file: hostile, measurements: [{ ...first!, id: hostile }] });
    const result = benchFixture({
      suites: [hostileSuite, suite('b', 'b', { skipped: hostile })],
      machine: { ...benchFixture().machine, kind: hostile },
      comparison,
    });
    const page = await written(result, 'a.html');
    expect(tagErrors(page)).to.deep.equal([]);
    expect(page).not.to.contain('<script').and.not.to.contain('\u001b');
    const text = await written(result, 'a.md');
    expect(text)
      .not.to.match(/<script|(?<!\\)\[a\\?\]/)
      .and.not.to.contain('\u001b');
  });
});
