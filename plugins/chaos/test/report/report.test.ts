import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError, UsageError } from '@cqkd/harness';
import { expect } from 'chai';
import { type TemporaryFolder, temporaryFolder } from '../../../../src/test/support/temporary.js';
import { tagErrors } from '../../../../src/test/support/well-formed.js';
import { type ChaosReport, checkReportFiles, writeReports } from '../../src/report/report.js';
import { dryRun, resultOfHalves } from '../support/chaos-result.js';

const hostile = '<script>alert("1")</script> & | `x` [a](javascript:b) \u001b[31m';

describe('reports of experiments', () => {
  let folder: TemporaryFolder;
  const at = (name: string) => join(folder.path, name);
  const written = async (subject: Parameters<typeof writeReports>[0], name: string) => {
    await writeReports(subject, [at(name)]);
    return readFileSync(at(name), 'utf8');
  };
  const scenario: ChaosReport = {
    title: 'Split and heal',
    results: [resultOfHalves(), resultOfHalves({ verdict: 'fail', reasons: ['1 value is lost'] }), dryRun()],
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('are written in every format that is asked for, and nothing else', async () => {
    const files = ['a.md', 'a.html', 'a.json'];
    await writeReports(resultOfHalves(), files.map(at));
    expect(readdirSync(folder.path).sort()).to.deep.equal(files.sort());
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8'))).to.deep.equal(resultOfHalves());
  });

  it('hold in JSON what they are given for it', async () => {
    await writeReports(scenario, [at('a.json')], { scenario: 'x' });
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8'))).to.deep.equal({ scenario: 'x' });
  });

  it('refuse other endings and folders that do not exist, before anything is done', () => {
    expect(() => checkReportFiles([at('a.md'), 'a.pdf'])).to.throw(
      UsageError,
      /a\.pdf.*\.html, \.md, \.json/,
    );
    expect(() => checkReportFiles([at('missing/a.md')])).to.throw(EnvironmentError, 'missing/a.md');
    expect(() => checkReportFiles([at('a.md'), at('b.HTML'), at('c.json')])).not.to.throw();
  });

  it('are pages that are well-formed and ask for nothing', async () => {
    for (const subject of [resultOfHalves(), dryRun(), scenario]) {
      const page = await written(subject, 'a.html');
      expect(tagErrors(page)).to.deep.equal([]);
      expect(page.replace(/xmlns(:\w+)?="[^"]*"/g, '')).not.to.match(
        /https?:|<script|<link|<img|@import|url\((?!#)/,
      );
    }
  });

  it('have a table of contents with the verdicts when there are several experiments', async () => {
    const page = await written(scenario, 'a.html');
    expect(page).to.match(/<a href="#experiment-2">2\. partition, shape halves<\/a>[^\n]*✖ fail/);
    expect(page.match(/<section /g)).to.have.length(3);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(await written(scenario.results[0]!, 'b.html')).not.to.contain('<nav');
  });

  it('hold the chart in themselves, and a line a phase and side', async () => {
    const page = await written(resultOfHalves(), 'a.html');
    expect(page).to.match(/<figure>[\s\S]*<svg id="chart-1"/);
    expect(page).to.match(/<summary>All samples: 24<\/summary>/);
    const text = await written(resultOfHalves(), 'a.md');
    const image = /!\[[^\]]+\]\(data:image\/svg\+xml;base64,([\w+/=]+)\)/.exec(text)?.[1] as string;
    expect(tagErrors(Buffer.from(image, 'base64').toString())).to.deep.equal([]);
    expect(text).to.match(
      /\| each side by itself \| half 1 +\| +4\.0 s \| +31\.0 s \| +10 \| +0\.993 \| +0\.930 \|/,
    );
    expect(text).to.match(/\| half 1 \| +100\.0 % \| +cut 0\.0 % \|/);
  });

  it('say of a failure why', async () => {
    for (const name of ['a.md', 'a.html'])
      expect(await written(scenario, name)).to.contain('1 value is lost');
  });

  it('show any text as it is', async () => {
    const { timeline } = resultOfHalves();
    const result = resultOfHalves({
      ...{ network: hostile, fault: hostile, parameters: { [hostile]: hostile }, missing: [hostile] },
      ...{ verdict: 'fail' as const, reasons: [hostile], notes: [hostile] },
      victims: { hosts: [hostile], nodes: [hostile] },
      timeline: { ...timeline, samples: timeline.samples.map((each) => ({ ...each, side: hostile })) },
    });
    const page = await written({ title: hostile, results: [result, result] }, 'a.html');
    expect(tagErrors(page)).to.deep.equal([]);
    expect(page).not.to.contain('<script').and.not.to.contain('\u001b');
    const text = await written({ title: hostile, results: [result, result] }, 'a.md');
    expect(text)
      .not.to.match(/<script|(?<!\\)\[a\\?\]/)
      .and.not.to.contain('\u001b');
  });
});
