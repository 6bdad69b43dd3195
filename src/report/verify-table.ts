import chalk from 'chalk';
import type { JudgedMetric, Judgement, Verdict } from '../gate/gate.js';
import { metrics } from '../gate/metrics.js';
import { formatValue } from './format.js';
import { renderTable } from './table.js';

const paint: Record<Verdict, (text: string) => string> = {
  pass: chalk.green,
  warn: chalk.yellow,
  fail: chalk.red,
  unknown: chalk.magenta,
};

/** The verdict on a network for people: a line a metric, then what else is worth knowing, then the verdict. */
export function renderJudgement(network: string, workers: number, judgement: Judgement): string {
  const table = renderTable(
    ['metric', 'value>', 'target>', 'threshold>', 'verdict'],
    judgement.metrics.map(row),
  );
  const notes = judgement.metrics.flatMap(({ id, note }) => (note ? `${metrics[id].title}: ${note}` : []));
  const verdict = paint[judgement.verdict](judgement.verdict.toUpperCase());
  return [
    table,
    '',
    ...new Set(notes),
    ...(notes.length > 0 ? [''] : []),
    `${verdict}  ${network}, ${workers} workers, held against the column of ${judgement.column}`,
  ].join('\n');
}

function row({ id, value, unit, target, threshold, status }: JudgedMetric): string[] {
  const { title, better } = metrics[id];
  const sign = better === 'lower' ? '<' : '>';
  const limit = (at: number | null) => (at === null ? '' : `${sign} ${formatValue(at, unit)}`);
  return [title, formatValue(value, unit), limit(target), limit(threshold), paint[status](status)];
}
