import { escapeMarkdown, markdownImage, markdownList, markdownTable, verdictMarks } from '@cqkd/harness';
import type { BenchResult, Comparison, SuiteResult } from '../measurement.js';
import { suiteCharts } from './charts.js';
import { comparisonChart } from './comparison-chart.js';
import { comparisonCells, comparisonHead, figuresTable, latenciesTable, verdictText } from './tables.js';
import { conclusionOf } from './verdict-view.js';
import { busyNote, comparisonFacts, endText, factsOf, titlesOf } from './view.js';

/** A benchmark as Markdown that also reads well as plain text; charts are in it, as images. */
export async function benchMarkdown(result: BenchResult): Promise<string> {
  const { suites, comparison, workers } = result;
  const parts = [
    `# Benchmark at ${workers} workers`,
    ...(comparison ? [conclusionText(result, comparison)] : []),
    markdownTable(
      ['what', 'result'],
      factsOf(result).map((fact) => [...fact]),
    ),
    ...(comparison ? await comparisonParts(result, comparison) : []),
  ];
  for (const [index, suite] of suites.entries()) {
    parts.push(...suiteParts(suite));
    for (const { title, svg, caption } of await suiteCharts(suite, `suite-${index + 1}`, 'light'))
      parts.push(markdownImage(title, svg), escapeMarkdown(caption));
  }
  return `${parts.join('\n\n')}\n`;
}

/** A suite without its charts: its title, what it measured, and what is to be said of it. */
export function suiteParts(suite: SuiteResult): string[] {
  const { title, skipped, saturated, notes } = suite;
  const head = `## ${escapeMarkdown(title)}`;
  if (skipped !== undefined) return [head, escapeMarkdown(`Did not run: ${skipped}`)];
  const tables = [figuresTable(suite), latenciesTable(suite)].filter((table) => table !== null);
  return [
    head,
    `${escapeMarkdown(endText(suite))}.`,
    ...tables.map(({ head, rows }) => markdownTable(head, rows)),
    ...markdownList([...(saturated ? [busyNote] : []), ...notes]),
  ];
}

/** Every figure against what it was before. */
export function comparisonTable(result: BenchResult, { measurements }: Comparison): string {
  const cells = comparisonCells(result);
  return markdownTable(
    comparisonHead,
    measurements.map((compared) => [...cells(compared), verdictText(compared)]),
  );
}

function conclusionText(result: BenchResult, comparison: Comparison): string {
  const { verdict } = comparison;
  const text = escapeMarkdown(conclusionOf(comparison, titlesOf(result)));
  return `**${verdictMarks[verdict]} ${verdict}**: ${text}.`;
}

async function comparisonParts(result: BenchResult, comparison: Comparison): Promise<string[]> {
  const chart = await comparisonChart(result, comparison, { id: 'chart-comparison', look: 'light' });
  return [
    '## Comparison',
    markdownTable(
      ['what', 'result'],
      comparisonFacts(comparison).map((fact) => [...fact]),
    ),
    ...(chart ? [markdownImage('Each figure against what it was before', chart)] : []),
    ...(comparison.measurements.length > 0 ? [comparisonTable(result, comparison)] : []),
  ];
}
