import chalk from 'chalk';
import type { MetricExplanation } from '../gate/explain.js';
import { wrap } from './plan-text.js';
import { renderFacts, renderTable } from './table.js';
import { limitText, unitTitles } from './verify-view.js';

const columns = 80;

/** What there is to know of a metric, for people. */
export function renderExplanation(explanation: MetricExplanation): string {
  const { metric, title, how, unit, timing, phases, targets } = explanation;
  const named = phases.map(({ number, title: name, flag }) => `${number} ${name}, ${flag.toUpperCase()}`);
  const facts: [string, string][] = [
    ['unit', unitTitles[unit]],
    ['verdict', verdictText(explanation)],
    ...(timing ? [['busy machine', 'a failure while it was saturated is unknown'] as [string, string]] : []),
    ['phases', named.length > 0 ? named.join('\n') : 'none: no feature makes it fail'],
  ];
  const indent = Math.max(...facts.map(([name]) => name.length)) + 4;
  const lines = facts.map(([name, text]) => [name, hanging(text, indent)] as const);
  const limited = targets.some(({ target, threshold }) => target !== null || threshold !== null);
  return [
    `${chalk.bold(title)}  ${metric}`,
    '',
    wrap(how, columns),
    '',
    renderFacts(lines),
    ...(limited ? ['', tableOf(metric, targets)] : []),
  ].join('\n');
}

/** What is too long goes on below itself. */
function hanging(text: string, indent: number): string {
  const lines = text.split('\n').map((line) => wrap(line, columns - indent));
  return lines.join('\n').replaceAll('\n', `\n${' '.repeat(indent)}`);
}

function verdictText({ better, targets }: MetricExplanation): string {
  const [first] = targets;
  if (!first || (first.target === null && first.threshold === null)) return 'none: it is only reported';
  const side = better === 'lower' ? 'lower' : 'higher';
  if (first.threshold === null) return `${side} is better; beyond its target it fails`;
  return `${side} is better; beyond its target it warns, beyond its threshold it fails`;
}

/** One line where the columns do not differ. */
function tableOf(metric: MetricExplanation['metric'], targets: MetricExplanation['targets']): string {
  const rows = targets.map(({ column, target, threshold }) => [
    `up to ${column}`,
    limitText(metric, target),
    limitText(metric, threshold),
  ]);
  const [first = []] = rows;
  const isOne = rows.every(([, target, threshold]) => target === first[1] && threshold === first[2]);
  return renderTable(
    ['workers', 'target>', 'threshold>'],
    isOne ? [['any number', ...first.slice(1)]] : rows,
  );
}
