import {
  formatMoment,
  formatSeconds,
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
  type Verdict,
} from '@cqkd/harness';
import type { ChaosResult } from '../experiment/results.js';
import type { ChaosReport } from './report.js';
import { type ReportTable, samplesTable, tablesOf } from './tables.js';
import { timelineChart } from './timeline-chart.js';
import { conclusions, factsOf, titleOf, victimsOf, wayOf } from './view.js';

const caption = 'Each point is one round of measurements, of one side or of the whole network.';

/** Experiments as one page that asks for nothing: light and dark, on screen and on paper. */
export async function htmlReport({ title, results }: ChaosReport, at: Date): Promise<string> {
  const sections: HtmlSection[] = [];
  for (const [index, result] of results.entries()) {
    const chart = await timelineChart(result, { id: `chart-${index + 1}`, look: 'page' });
    sections.push({
      id: `experiment-${index + 1}`,
      title: `${index + 1}. ${titleOf(result)}`,
      remark: badge(result.verdict),
      body: bodyOf(result, chart),
    });
  }
  const networks = [...new Set(results.map(({ network }) => network))].join(', ');
  const intro = html`<p class="soft">Network ${networks}, ${formatMoment(at)}</p>`;
  return htmlPage({ title, intro, sections });
}

function bodyOf(result: ChaosResult, chart: string | null): HtmlPart {
  const { verdict, reasons, notes, elapsedSeconds } = result;
  const facts = verdict === null ? [['would hit', victimsOf(result)] as const] : factsOf(result);
  return html`<p>${badge(verdict)} ${verdict === null ? '' : conclusions[verdict]}</p>
${htmlList(reasons)}<p class="soft">By ${wayOf(result)}, in ${formatSeconds(elapsedSeconds)}.</p>
${chart ? htmlFigure(chart, caption) : null}${htmlFacts(facts)}
${tablesOf(result).map(tableOf)}
${notes.length > 0 ? html`<h3>Notes</h3>${htmlList(notes)}` : null}${detailsOf(result)}`;
}

/** What is long, and seldom read. */
function detailsOf(result: ChaosResult): HtmlPart {
  const { victims, timeline } = result;
  return [
    listDetails('Nodes that were hit', victims.nodes),
    listDetails('Hosts that were hit as a whole', victims.hosts),
    timeline.samples.length > 0 ? samplesDetails(samplesTable(result)) : null,
  ];
}

function listDetails(title: string, names: readonly string[]): HtmlPart {
  if (names.length === 0) return null;
  return html`<details><summary>${title}: ${names.length}</summary><p>${names.join(', ')}</p></details>
`;
}

function samplesDetails({ title, head, rows }: ReportTable): Html {
  return html`<details><summary>${title}: ${rows.length}</summary>${htmlTable(head, rows)}</details>
`;
}

function tableOf({ title, head, rows }: ReportTable): Html {
  return html`<h3>${title}</h3>
${htmlTable(head, rows)}
`;
}

function badge(verdict: Verdict | null): Html {
  if (verdict === null) return html`<span class="verdict soft">nothing done</span>`;
  return htmlVerdict(verdict);
}
