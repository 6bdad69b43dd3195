import { stripVTControlCharacters } from 'node:util';
import { formatMoment } from './format.js';
import { limitsChart } from './limits-chart.js';
import { escapeMarkdown, markdownImage, markdownList, markdownTable } from './markdown.js';
import { trendChart } from './trend-chart.js';
import { verdictMarks } from './verdict.js';
import type { VerifyReport } from './verify-report.js';
import { metricColumns, streaksTable } from './verify-tables.js';
import { trendsOf } from './verify-trends.js';
import { conclusions, factsOf, notesOf, ownTargetsNote, troublesOf } from './verify-view.js';

/** A verdict as Markdown that also reads well as plain text; charts are in it, as images. */
export async function verifyMarkdown(report: VerifyReport, at: Date): Promise<string> {
  const { result, verdict } = report;
  const { before, after, cells } = metricColumns(result);
  const chart = await limitsChart(result, { id: 'chart-limits', look: 'light' });
  const streaks = streaksTable(result);
  const parts = [
    `# ${escapeMarkdown(`Verification of ${result.network}`)}`,
    formatMoment(at),
    `**${verdictMarks[verdict]} ${verdict}**: ${conclusions[verdict]}.`,
    ...markdownList(troublesOf(result)),
    markdownTable(
      [...before, 'verdict', ...after],
      result.metrics.map((metric) => {
        const row = cells(metric);
        return [...row.before, `${verdictMarks[metric.status]} ${metric.status}`, ...row.after];
      }),
    ),
    ...(result.metrics.some(({ own }) => own) ? [escapeMarkdown(ownTargetsNote)] : []),
    ...(chart ? [markdownImage('What was measured, against targets and thresholds', chart)] : []),
    ...section('Facts', [markdownTable(['what', 'result'], factsOf(result, at))]),
    ...section('Rounds that failed', streaks ? [markdownTable(streaks.head, streaks.rows)] : []),
    ...(await trendParts(report)),
    ...section('Notes', markdownList(notesOf(result))),
    ...result.answers.flatMap(({ by, text }) => section(by, [codeBlock(text)])),
  ];
  return `${parts.join('\n\n')}\n`;
}

async function trendParts(report: VerifyReport): Promise<string[]> {
  const parts: string[] = [];
  for (const { id, title, caption, points } of trendsOf(report)) {
    const look = { id: `chart-${id}`, look: 'light', title } as const;
    const chart = await trendChart(report.result.metrics, points, look);
    if (chart) parts.push(...section(title, [markdownImage(title, chart), escapeMarkdown(caption)]));
  }
  return parts;
}

/** Nothing when there is nothing below its title. */
function section(title: string, parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [`## ${escapeMarkdown(title)}`, ...parts];
}

/** Indented: no text can end it. */
function codeBlock(text: string): string {
  const lines = stripVTControlCharacters(text).trim().split('\n');
  return lines.map((line) => `    ${line}`).join('\n');
}
