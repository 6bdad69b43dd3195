import chalk from 'chalk';
import Table from 'cli-table3';
import type { JudgedMetric, Judgement, Verdict } from '../gate/gate.js';
import { metrics } from '../gate/metrics.js';
import { formatValue } from './format.js';

const paint: Record<Verdict, (text: string) => string> = {
  pass: chalk.green,
  warn: chalk.yellow,
  fail: chalk.red,
  unknown: chalk.magenta,
};

/** No lines but the one below the head: reads well at 80 columns and in a log. */
const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** The verdict on a network for people: a line a metric, then what else is worth knowing, then the verdict. */
export function renderJudgement(network: string, workers: number, judgement: Judgement): string {
  const table = new Table({
    head: ['metric', 'value', 'target', 'threshold', 'verdict'].map((title) => chalk.dim(title)),
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: ['left', 'right', 'right', 'right', 'left'],
  });
  for (const metric of judgement.metrics) table.push(row(metric));
  const notes = judgement.metrics.flatMap(({ id, note }) => (note ? `${metrics[id].title}: ${note}` : []));
  const verdict = paint[judgement.verdict](judgement.verdict.toUpperCase());
  return [
    table.toString(),
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
