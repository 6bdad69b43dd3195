import chalk from 'chalk';
import { metrics } from '../gate/metrics.js';
import type { Trend } from '../gate/trend.js';
import type { VerifiedMetric, VerifyResult } from '../services/results.js';
import { formatValue } from './format.js';
import { wrap } from './plan-text.js';
import { renderTable } from './table.js';
import { paintVerdict } from './verdict.js';
import {
  changeText,
  comparedText,
  limitText,
  metricTitle,
  ownTargetsNote,
  soakText,
  worstOfSpread,
} from './verify-view.js';

const columns = 80;

const paintTrend: Record<Trend, (text: string) => string> = {
  better: chalk.green,
  worse: chalk.yellow,
  same: chalk.dim,
};

/** The verdict on a network for people: a line a metric, then what else is worth knowing, then the verdict. */
export function renderVerify(result: VerifyResult): string {
  const { network, workers, column, verdict, metrics: judged, rounds, soak } = result;
  const notes = judged.flatMap(({ id, note }) => (note ? [`${metrics[id].title}: ${note}`] : []));
  const marked = judged.some(({ own }) => own) ? [ownTargetsNote] : [];
  const said = [...new Set([...notes.map((note) => wrap(note, columns)), ...marked])];
  return [
    soak ? soakTable(judged) : table(judged),
    '',
    ...said,
    ...(said.length > 0 ? [''] : []),
    `${paintVerdict(verdict, verdict.toUpperCase())}  ${network}, ${workers} workers, held against the column of ${column}`,
    ...(soak ? [soakText(soak, rounds)] : []),
    ...comparedText(judged).map((text) => `compared with ${text}`),
  ].join('\n');
}

/** The last column is there when there is an earlier run. */
function table(judged: readonly VerifiedMetric[]): string {
  const isCompared = judged.some(({ previous }) => previous);
  return renderTable(
    ['metric', 'value>', 'target>', 'threshold>', 'verdict', ...(isCompared ? ['since last run'] : [])],
    judged.map((metric) => [
      metricTitle(metric),
      formatValue(metric.value, metric.unit),
      ...limitsOf(metric),
      ...(isCompared ? [paintedChange(metric)] : []),
    ]),
  );
}

/** Of a soak: means, and the worst of all rounds. */
function soakTable(judged: readonly VerifiedMetric[]): string {
  return renderTable(
    ['metric', 'mean>', 'worst>', 'target>', 'threshold>', 'verdict'],
    judged.map((metric) => [
      metricTitle(metric),
      formatValue(metric.value, metric.unit),
      formatValue(worstOfSpread(metric), metric.unit),
      ...limitsOf(metric),
    ]),
  );
}

function limitsOf({ id, target, threshold, status }: VerifiedMetric): string[] {
  return [limitText(id, target), limitText(id, threshold), paintVerdict(status)];
}

function paintedChange(metric: VerifiedMetric): string {
  const text = changeText(metric);
  return paintTrend[text === 'same' ? 'same' : (metric.previous?.trend ?? 'same')](text);
}
