import {
  type Html,
  type HtmlPart,
  type HtmlSection,
  html,
  htmlFacts,
  htmlFigure,
  htmlList,
  htmlPage,
  htmlTable,
  htmlVerdict,
  verdictMarks,
} from '@cqkd/harness';
import type { BenchResult, ComparedMeasurement, Comparison, SuiteResult } from '../measurement.js';
import { type SuiteChart, suiteCharts } from './charts.js';
import { comparisonChart } from './comparison-chart.js';
import {
  comparisonCells,
  comparisonHead,
  figuresTable,
  latenciesTable,
  type ReportTable,
  verdictText,
} from './tables.js';
import { comparedColours, conclusionOf } from './verdict-view.js';
import { busyNote, comparisonFacts, endText, factsOf, titlesOf } from './view.js';

const comparisonCaption =
  'Each bar goes from 1, nothing changed, to what the figure is now, in times of what it was; the line over it is the 99 % ' +
  'interval, the dashed lines are the limit. The colour is the verdict: whether more is better differs from figure to figure.';

/** A benchmark as one page that asks for nothing: light and dark, on screen and on paper. */
export async function benchHtml(result: BenchResult): Promise<string> {
  const { suites, comparison, workers } = result;
  const sections: HtmlSection[] = [];
  if (comparison) sections.push(await comparisonSection(result, comparison));
  for (const [index, suite] of suites.entries()) {
    const id = `suite-${index + 1}`;
    sections.push(suiteSection(suite, id, await suiteCharts(suite, id, 'page')));
  }
  const conclusion =
    comparison &&
    html`<p>${htmlVerdict(comparison.verdict)} ${conclusionOf(comparison, titlesOf(result))}.</p>
`;
  const intro = html`${conclusion}${htmlFacts(factsOf(result))}`;
  return htmlPage({ title: `Benchmark at ${workers} workers`, intro, sections });
}

async function comparisonSection(result: BenchResult, comparison: Comparison): Promise<HtmlSection> {
  const chart = await comparisonChart(result, comparison, { id: 'chart-comparison', look: 'page' });
  const cells = comparisonCells(result);
  const rows = comparison.measurements.map((compared): HtmlPart[] => [...cells(compared), badge(compared)]);
  const body = html`${htmlFacts(comparisonFacts(comparison))}
${chart ? htmlFigure(chart, comparisonCaption) : null}${rows.length > 0 ? htmlTable(comparisonHead, rows) : null}`;
  return { id: 'comparison', title: 'Comparison', remark: htmlVerdict(comparison.verdict), body };
}

function suiteSection(suite: SuiteResult, id: string, charts: readonly SuiteChart[]): HtmlSection {
  const { title, skipped, saturated, notes } = suite;
  if (skipped !== undefined) {
    const remark = html`<span class="soft">did not run</span>`;
    return { id, title, remark, body: html`<p>Did not run: ${skipped}</p>` };
  }
  const body = html`<p class="soft">${sentence(endText(suite))}</p>
${
  saturated
    ? html`<p class="warn">${verdictMarks.warn} ${busyNote}</p>
`
    : null
}${tableOf(figuresTable(suite))}${charts.map(figureOf)}${tableOf(latenciesTable(suite))}
${notes.length > 0 ? html`<h3>Notes</h3>${htmlList(notes)}` : null}`;
  const remark = saturated ? html`<span class="verdict warn">${verdictMarks.warn} busy machine</span>` : null;
  return { id, title, remark, body };
}

function figureOf({ svg, caption, title, table }: SuiteChart): Html {
  return html`<h3>${title}</h3>
${htmlFigure(svg, caption)}<details><summary>${table.title}</summary>${htmlTable(table.head, table.rows)}</details>
`;
}

function tableOf(table: ReportTable | null): HtmlPart {
  return (
    table &&
    html`<h3>${table.title}</h3>
${htmlTable(table.head, table.rows)}
`
  );
}

function badge(compared: ComparedMeasurement): Html {
  const colour = comparedColours[compared.verdict] ?? 'soft';
  return html`<span class="verdict ${colour}">${verdictText(compared)}</span>`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
