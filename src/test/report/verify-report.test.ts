import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { EnvironmentError, UsageError } from '../../errors.js';
import { metrics } from '../../gate/metrics.js';
import { checkVerifyReports, type VerifyReport, writeVerifyReports } from '../../report/verify-report.js';
import { readXml } from '../support/read-xml.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary.js';
import { measuredOfAll, reportedAt, reportOf, soakReportOf } from '../support/verify-report.js';
import { tagErrors } from '../support/well-formed.js';

const hostile = '<script>alert("1")</script> & | `x` [a](javascript:b) \u001b[31m';

describe('reports of verify', () => {
  let folder: TemporaryFolder;
  const at = (name: string) => join(folder.path, name);
  const written = async (report: VerifyReport, name: string) => {
    await writeVerifyReports(report, [at(name)], reportedAt);
    return readFileSync(at(name), 'utf8');
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('are written in every format that is asked for, and nothing else', async () => {
    const files = ['a.html', 'a.json', 'a.md', 'a.xml'];
    await writeVerifyReports(reportOf(), files.map(at));
    expect(readdirSync(folder.path).sort()).to.deep.equal(files);
    const { result } = reportOf();
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8'))).to.deep.equal(JSON.parse(JSON.stringify(result)));
  });

  it('are refused before anything is measured where they can not be written', () => {
    expect(() => checkVerifyReports([at('a.pdf')])).to.throw(UsageError, /\.md, \.html, \.json, \.xml$/);
    expect(() => checkVerifyReports([at('missing/a.md')])).to.throw(EnvironmentError, 'missing/a.md');
    expect(() => checkVerifyReports(['a.md', 'b.HTML', 'c.json', 'd.xml'].map(at))).not.to.throw();
  });

  it('are pages that are well-formed and ask for nothing', async () => {
    for (const report of [reportOf(), soakReportOf(1, 20, 30, 1), soakReportOf(null)]) {
      const page = await written(report, 'a.html');
      expect(tagErrors(page)).to.deep.equal([]);
      expect(page.replace(/xmlns(:\w+)?="[^"]*"/g, '')).not.to.match(
        /https?:|<script|<link|<img|@import|url\((?!#)/,
      );
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).to.equal(ids.length);
    }
  });

  it('tell each metric with its limits, its verdict, and what it was before', async () => {
    const page = await written(reportOf(), 'a.html');
    const text = await written(reportOf(), 'a.md');
    for (const { id } of measuredOfAll) {
      expect(page).to.contain(`<th scope="row">${metrics[id].title}</th>`);
      expect(text).to.contain(`| ${metrics[id].title}`);
    }
    expect(page).to.match(
      /Memory, whole network<\/th><td class="number">92 MB<\/td><td class="number">&lt; 100 MB<\/td>/,
    );
    expect(page).to.contain('<td>+12 MB worse</td>');
    expect(text).to.match(/Memory, whole network +\| +92 MB \| +&lt; 100 MB \| +\| ✔ pass +\| \+12 MB worse/);
  });

  it('say why it is not as it should be, and which phases that points to', async () => {
    for (const name of ['a.html', 'a.md']) {
      const text = await written(reportOf(), name);
      expect(text).to.contain('1 of 2 bootstrap nodes are down; points to phase 2 (multi-level bootstrap)');
      expect(text).to.contain('the machine was saturated: other programs took 40 % of the CPU');
      expect(text).to.match(/saturated: Discovery time \(other programs took 40 % of the CPU\)/);
    }
  });

  it('mark what was held against targets of the user', async () => {
    const targets = { memory: { target: 50e6, threshold: 95e6 } };
    for (const name of ['a.html', 'a.md']) {
      const text = await written(reportOf({}, { targets }), name);
      expect(text).to.match(/Memory, whole network \\?\*/);
      expect(text).to.match(/\* target and threshold of your own/);
      expect(await written(reportOf(), name)).not.to.contain('of your own');
    }
  });

  it('draw each value against its limits, and over the recorded runs', async () => {
    const page = await written(reportOf(), 'a.html');
    for (const label of [
      'Memory, whole network',
      'target &lt; 100 MB',
      'threshold &lt; 20 %',
      '92 MB  ✔ pass',
    ])
      expect(page).to.contain(`>${label}</text>`);
    expect(page).to.match(/<svg id="chart-limits"[\s\S]*<desc [^>]*>Healthy bootstrap nodes 50 %, target ≥/);
    expect(page).to.match(/<desc id="chart-runs-description">Memory, whole network: from 90 MB to 92 MB, /);
    const text = await written(reportOf(), 'a.md');
    const images = [...text.matchAll(/!\[[^\]]+\]\(data:image\/svg\+xml;base64,([\w+/=]+)\)/g)];
    expect(images).to.have.length(2);
    for (const [, image = ''] of images)
      expect(tagErrors(Buffer.from(image, 'base64').toString())).to.deep.equal([]);
  });

  it('draw no line where there is but one run', async () => {
    const report = reportOf();
    const page = await written({ ...report, runs: report.runs.slice(-1) }, 'a.html');
    expect(page).not.to.contain('chart-runs');
  });

  it('tell of a soak its spread, what failed when, and its rounds', async () => {
    const page = await written(soakReportOf(1, 20, 30, 1, 40, 1), 'a.html');
    expect(page).to.match(/15\.5 %<\/td><td class="number">1 %<\/td><td class="number">40 %/);
    expect(page).to.match(/<td>failed<\/td><td class="number">2-3<\/td>[^\n]*30 %/);
    expect(page).to.match(/<td>failed once<\/td><td class="number">5<\/td>[^\n]*40 %/);
    expect(page).to.contain('<svg id="chart-rounds"');
    expect(page).to.contain('6 rounds in 6 min, one every 1 min, interrupted');
  });

  it('are JUnit cases, a failure where it failed and an error where it is unknown', async () => {
    const suite = readXml(await written(reportOf(), 'a.xml')).children[0];
    const cases = suite?.children.slice(1) ?? [];
    expect(suite?.attributes).to.include({ tests: '5', failures: '1', errors: '1', skipped: '0' });
    expect(
      cases.map(({ attributes, children: [first] }) => [
        attributes.name,
        first?.name,
        first?.attributes.type,
      ]),
    ).to.deep.equal([
      ['bootstrap_health', 'failure', 'threshold'],
      ['discovery_time', 'error', 'unknown'],
      ['memory', 'system-out', undefined],
      ['refresh_overhead', 'system-out', undefined],
      ['hops_p50', 'system-out', undefined],
    ]);
    expect(cases[0]?.attributes.classname).to.equal('cqkd.verify.trial');
    expect(cases[0]?.children[0]?.attributes.message).to.equal(
      'Healthy bootstrap nodes 50 %, target ≥ 100 %, threshold ≥ 75 %: 1 of 2 bootstrap nodes are down',
    );
    expect(cases[3]?.children[0]?.text).to.match(/^warning: Refresh overhead 17 %, target < 15 %/);
  });

  it('are not red where a plugin put it right', async () => {
    const answers = [
      { by: 'rollback', verdict: 'pass' as const, text: '\nphase 2 undone\nit helped', result: {} },
    ];
    const mended = { ...reportOf({ answers }), verdict: 'pass' as const };
    const suite = readXml(await written(mended, 'a.xml')).children[0];
    expect(suite?.attributes).to.include({ tests: '6', failures: '0', errors: '0', skipped: '2' });
    expect(suite?.children.at(-1)?.attributes.name).to.equal('rollback');
    expect(suite?.children.at(-1)?.children[0]?.text).to.contain('it helped');
    const failed = [{ ...answers[0]!, verdict: 'fail' as const }];
    const still = readXml(await written(reportOf({ answers: failed }), 'b.xml')).children[0];
    expect(still?.attributes).to.include({ failures: '2', errors: '1', skipped: '0' });
    for (const name of ['a.html', 'a.md']) expect(await written(mended, name)).to.contain('it helped');
  });

  it('show any text as it is', async () => {
    const measured = measuredOfAll.map((each) => ({ ...each, note: hostile, saturated: hostile }));
    const answers = [{ by: hostile, verdict: 'fail' as const, text: hostile, result: {} }];
    const report = reportOf({ network: hostile, answers }, { measured });
    const page = await written(report, 'a.html');
    expect(tagErrors(page)).to.deep.equal([]);
    expect(page).not.to.contain('<script').and.not.to.contain('\u001b');
    const text = await written(report, 'a.md');
    expect(text.replace(/^ {4}.*$/gm, ''))
      .not.to.match(/<script|(?<!\\)\[a\\?\]/)
      .and.not.to.contain('\u001b');
    const suite = readXml(await written(report, 'a.xml')).children[0];
    expect(suite?.attributes.name).to.equal(`cqkd verify ${hostile.replace('\u001b', '\ufffd')}`);
  });
});
