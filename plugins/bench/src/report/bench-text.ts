import { paintVerdict, renderFacts, renderTable, verdictMarks, wrap } from '@cqkd/harness';
import chalk from 'chalk';
import type { BenchResult, ComparedMeasurement, Comparison, SuiteResult } from '../measurement.js';
import { comparisonCells, comparisonHead, figuresTable, latenciesTable, verdictText } from './tables.js';
import { comparedColours, conclusionOf } from './verdict-view.js';
import { busyNote, comparisonFacts, endText, factsOf, suitesText, titlesOf } from './view.js';

const columns = 80;

/** A benchmark for people: a block a suite, then what it was compared with, then one line with the conclusion. */
export function renderBench(result: BenchResult): string {
  const { suites, comparison } = result;
  return [
    renderFacts(factsOf(result)),
    ...suites.map(suiteText),
    ...(comparison ? [comparisonText(result, comparison)] : []),
    closingLine(result),
  ].join('\n\n');
}

function suiteText(suite: SuiteResult): string {
  const { title, skipped, saturated, notes } = suite;
  if (skipped !== undefined) return `${chalk.bold(title)}\n${bullet('·', `did not run: ${skipped}`)}`;
  const tables = [figuresTable(suite), latenciesTable(suite)].filter((table) => table !== null);
  return [
    `${chalk.bold(title)}  ${chalk.dim(endText(suite))}`,
    ...tables.flatMap(({ head, rows }, index) => [...(index > 0 ? [''] : []), renderTable(head, rows)]),
    ...(saturated ? [bullet(verdictMarks.warn, busyNote)] : []),
    ...notes.map((note) => bullet('·', note)),
  ].join('\n');
}

function comparisonText(result: BenchResult, comparison: Comparison): string {
  const cells = comparisonCells(result);
  const rows = comparison.measurements.map((compared) => [...cells(compared), painted(compared)]);
  return [
    chalk.bold('Comparison'),
    renderFacts(comparisonFacts(comparison)),
    ...(rows.length > 0 ? ['', renderTable(comparisonHead, rows)] : []),
  ].join('\n');
}

function closingLine(result: BenchResult): string {
  const { comparison, suites } = result;
  if (!comparison) return `Suites: ${suitesText(suites)}`;
  const { verdict } = comparison;
  return `${paintVerdict(verdict, verdict.toUpperCase())}  ${conclusionOf(comparison, titlesOf(result))}`;
}

function painted(compared: ComparedMeasurement): string {
  const colour = comparedColours[compared.verdict];
  return colour ? paintVerdict(colour, verdictText(compared)) : chalk.dim(verdictText(compared));
}

function bullet(sign: string, text: string): string {
  return `${sign} ${wrap(text, columns - 2).replaceAll('\n', '\n  ')}`;
}
