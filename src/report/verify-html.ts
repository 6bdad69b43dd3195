import { stripVTControlCharacters } from 'node:util';
import { metrics } from '../gate/metrics.js';
import { type Html, type HtmlPart, html } from './html.js';
import {
  type HtmlSection,
  htmlFacts,
  htmlFigure,
  htmlList,
  htmlPage,
  htmlTable,
  htmlVerdict,
} from './html-page.js';
import { limitsChart } from './limits-chart.js';
import { trendChart } from './trend-chart.js';
import type { VerifyReport } from './verify-report.js';
import { metricColumns, pointsTable, streaksTable, type VerifyTable } from './verify-tables.js';
import { trendsOf } from './verify-trends.js';
import { conclusions, factsOf, notesOf, ownTargetsNote, phasesText, troublesOf } from './verify-view.js';

/** A verdict as one page that asks for nothing: light and dark, on screen and on paper. */
export async function verifyHtml(report: VerifyReport, at: Date): Promise<string> {
  const { result, verdict } = report;
  const sections = [
    await metricsSection(report),
    soakSection(report),
    ...(await trendSections(report)),
    howSection(report),
  ].filter((section) => section !== null);
  const intro = html`<p>${htmlVerdict(verdict)} ${conclusions[verdict]}</p>
${htmlFacts(factsOf(result, at))}
${answersOf(report)}`;
  return htmlPage({ title: `Verification of ${result.network}`, intro, sections });
}

async function metricsSection({ result }: VerifyReport): Promise<HtmlSection> {
  const { before, after, cells } = metricColumns(result);
  const rows = result.metrics.map((metric): HtmlPart[] => {
    const row = cells(metric);
    return [...row.before, htmlVerdict(metric.status), ...row.after];
  });
  const chart = await limitsChart(result, { id: 'chart-limits', look: 'page' });
  const caption =
    'Each bar has a scale of its own. Dashed: the target; solid: the threshold. The colour is the verdict.';
  const body = html`${titled('Not as it should be', htmlList(troublesOf(result)))}${htmlTable([...before, 'verdict', ...after], rows)}
${result.metrics.some(({ own }) => own) ? html`<p class="soft">${ownTargetsNote}</p>` : null}
${chart ? htmlFigure(chart, caption) : null}${titled('Notes', htmlList(notesOf(result)))}`;
  return { id: 'metrics', title: 'Metrics', body };
}

function soakSection({ result }: VerifyReport): HtmlSection | null {
  if (!result.soak) return null;
  const table = streaksTable(result);
  const body = table
    ? tableOf(table)
    : html`<p>No metric failed in any round, and each could be told in all.</p>`;
  return { id: 'soak', title: 'Rounds that failed', body };
}

async function trendSections(report: VerifyReport): Promise<HtmlSection[]> {
  const sections: HtmlSection[] = [];
  for (const { id, title, caption, points } of trendsOf(report)) {
    const chart = await trendChart(report.result.metrics, points, { id: `chart-${id}`, look: 'page', title });
    if (!chart) continue;
    const table = pointsTable(report.result.metrics, points);
    const details =
      table &&
      html`<details><summary>All values</summary>${tableOf(table)}</details>
`;
    sections.push({ id, title, body: html`${htmlFigure(chart, caption)}${details}` });
  }
  return sections;
}

function howSection({ result }: VerifyReport): HtmlSection {
  const facts = result.metrics.map(({ id }) => {
    const phases = phasesText(id);
    return [metrics[id].title, `${metrics[id].how}${phases ? ` Points to ${phases}.` : ''}`] as const;
  });
  return { id: 'how', title: 'How it is measured', body: htmlFacts(facts) };
}

function answersOf({ result }: VerifyReport): HtmlPart {
  return result.answers.map(
    ({ by, text }) => html`<h2>${by}</h2>
<pre>${stripVTControlCharacters(text)}</pre>
`,
  );
}

function tableOf({ head, rows }: VerifyTable): Html {
  return htmlTable(head, rows);
}

function titled(title: string, body: HtmlPart): HtmlPart {
  return body ? html`<h3>${title}</h3>${body}` : null;
}
