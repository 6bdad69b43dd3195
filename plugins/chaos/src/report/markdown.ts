import {
  escapeMarkdown,
  formatMoment,
  formatSeconds,
  markdownImage,
  markdownList,
  markdownTable,
  verdictMarks,
} from '@cqkd/harness';
import type { ChaosResult } from '../experiment/results.js';
import type { ChaosReport } from './report.js';
import { tablesOf } from './tables.js';
import { timelineChart } from './timeline-chart.js';
import { conclusions, factsOf, headlineOf, titleOf, victimsOf, wayOf } from './view.js';

/** Experiments as Markdown that also reads well as plain text; charts are in it, as images. */
export async function markdownReport({ title, results }: ChaosReport, at: Date): Promise<string> {
  const several = results.length > 1;
  const parts = [
    `# ${escapeMarkdown(title)}`,
    `${formatMoment(at)}`,
    ...(several ? [overview(results)] : []),
  ];
  for (const [index, result] of results.entries()) {
    if (several) parts.push(`## ${index + 1}. ${escapeMarkdown(headlineOf(result))}`);
    parts.push(await experimentText(result, index));
  }
  return `${parts.join('\n\n')}\n`;
}

function overview(results: readonly ChaosResult[]): string {
  return markdownTable(
    ['', 'experiment', 'network', 'verdict'],
    results.map((result, index) => [
      String(index + 1),
      titleOf(result),
      result.network,
      result.verdict ?? 'nothing done',
    ]),
  );
}

async function experimentText(result: ChaosResult, index: number): Promise<string> {
  const { verdict, reasons, notes, elapsedSeconds } = result;
  const chart = await timelineChart(result, { id: `chart-${index + 1}`, look: 'light' });
  const facts = verdict === null ? [['would hit', victimsOf(result)]] : factsOf(result);
  return [
    `By ${escapeMarkdown(wayOf(result))}, in ${formatSeconds(elapsedSeconds)}.`,
    verdict === null
      ? '**Nothing done.**'
      : `**${verdictMarks[verdict]} ${verdict}**: ${conclusions[verdict]}.`,
    ...markdownList(reasons),
    markdownTable(
      ['what', 'result'],
      facts.map((fact) => [...fact]),
    ),
    ...(chart ? [markdownImage('Values read back and recall against time', chart)] : []),
    ...tablesOf(result).map(
      ({ title, head, rows }) => `### ${escapeMarkdown(title)}\n\n${markdownTable(head, rows)}`,
    ),
    ...(notes.length > 0 ? ['### Notes', ...markdownList(notes)] : []),
  ].join('\n\n');
}
