import {
  checkReportFiles,
  endingOf,
  htmlPage,
  htmlTable,
  type JUnitCase,
  junitXml,
  markdownTable,
  paintVerdict,
  renderTable,
  writeReportFile,
} from '@cqkd/harness';
import type { SmokeResult, SmokeStep } from './results.js';

const endings = ['.md', '.html', '.json', '.xml'] as const;
const head = ['step', 'verdict', 'time>', 'what came of it'];

/** A smoke test for people. */
export function renderSmoke({ network, workers, steps, verdict, elapsedSeconds }: SmokeResult): string {
  const rows = steps.map((step) => {
    const [title = '', said = '', ...others] = cells(step);
    return [title, step.verdict ? paintVerdict(step.verdict) : said, ...others];
  });
  const end = `${paintVerdict(verdict, verdict.toUpperCase())}  ${network}, ${workers} workers, ${elapsedSeconds.toFixed(0)} s`;
  return [renderTable(head, rows), '', end].join('\n');
}

function cells({ title, verdict, seconds, said }: SmokeStep): string[] {
  return [title, verdict ?? 'left out', `${seconds.toFixed(1)} s`, said];
}

/** @throws UsageError, EnvironmentError */
export function checkSmokeReports(files: readonly string[]): void {
  checkReportFiles(files, endings);
}

/** Writes reports, each in the format of its ending. @throws EnvironmentError */
export function writeSmokeReports(result: SmokeResult, files: readonly string[]): void {
  for (const file of files) writeReportFile(file, textOf(result, endingOf(file, endings)));
}

function textOf(result: SmokeResult, ending: (typeof endings)[number]): string {
  const { network, workers, driver, steps, verdict, elapsedSeconds } = result;
  const title = `Smoke test of ${network}`;
  const intro = `${verdict}: ${workers} workers on driver ${driver}, ${elapsedSeconds.toFixed(0)} s`;
  const rows = steps.map(cells);
  switch (ending) {
    case '.json':
      return `${JSON.stringify(result, null, 2)}\n`;
    case '.xml':
      return junitXml({
        name: `cqkd smoke ${network}`,
        at: new Date(),
        seconds: elapsedSeconds,
        properties: { network, workers, driver },
        cases: steps.map(caseOf),
      });
    case '.html':
      return htmlPage({
        title,
        intro,
        sections: [{ id: 'steps', title: 'Steps', body: htmlTable(head, rows) }],
      });
    default:
      return `# ${title}\n\n${intro}\n\n${markdownTable(head, rows)}\n`;
  }
}

const outcomes = { pass: 'passed', warn: 'passed', fail: 'failure', unknown: 'error' } as const;

function caseOf({ id, title, verdict, said }: SmokeStep): JUnitCase {
  const outcome = verdict === null ? 'skipped' : outcomes[verdict];
  return { className: 'cqkd.smoke', name: `${id}: ${title}`, outcome, message: said, output: said };
}
