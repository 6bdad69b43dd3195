import { explainPhases } from '../gate/explain.js';
import type { JudgedMetric, Verdict } from '../gate/gate.js';
import { holdsAtLimit } from '../gate/limits.js';
import { type MetricId, type MetricUnit, metrics } from '../gate/metrics.js';
import type { Streak } from '../gate/soak.js';
import type { SoakSummary, VerifiedMetric, VerifyResult } from '../services/results.js';
import { formatBytes, formatMoment, formatSeconds, formatValue } from './format.js';

export type Fact = [name: string, text: string];

export const conclusions: Record<Verdict, string> = {
  pass: 'all within their targets',
  warn: 'within the thresholds, but not all within their targets',
  fail: 'a limit is not held',
  unknown: 'not everything could be measured',
};

/** `Bootstrap time`; one with targets of the user's own has a star. */
export function metricTitle({ id, own }: Pick<JudgedMetric, 'id' | 'own'>): string {
  return `${metrics[id].title}${own ? ' *' : ''}`;
}

export const ownTargetsNote = '* target and threshold of your own';

/** `< 5 s`, or `≥ 95 %` where a value that is just there holds it; nothing without a limit. */
export function limitText(id: MetricId, limit: number | null): string {
  if (limit === null) return '';
  const signs = metrics[id].better === 'lower' ? ['<', '≤'] : ['>', '≥'];
  return `${signs[holdsAtLimit(id, limit) ? 1 : 0]} ${formatValue(limit, metrics[id].unit)}`;
}

/** `+0.4 s worse`; nothing without an earlier value. */
export function changeText({ value, unit, previous }: VerifiedMetric): string {
  if (!previous?.trend || previous.change === null) return '';
  const { change, trend } = previous;
  if (trend === 'same' || formatValue(value, unit) === formatValue(previous.value, unit)) return 'same';
  const size = formatValue(Math.abs(change), unit);
  return size === formatValue(0, unit) ? trend : `${change > 0 ? '+' : '-'}${size} ${trend}`;
}

/** The worst value of a soak. */
export function worstOfSpread({ id, spread }: VerifiedMetric): number | null {
  return (metrics[id].better === 'lower' ? spread?.max : spread?.min) ?? null;
}

/** `Discovery time 8.1 s, target < 5 s, threshold < 7 s`. */
export function measuredText({ id, value, unit, target, threshold, own }: JudgedMetric): string {
  const whose = own ? 'own ' : '';
  return [
    `${metrics[id].title} ${value === null ? 'not measured' : formatValue(value, unit)}`,
    ...(target === null ? [] : [`${whose}target ${limitText(id, target)}`]),
    ...(threshold === null ? [] : [`${whose}threshold ${limitText(id, threshold)}`]),
  ].join(', ');
}

/** What is not as it should be, a line a metric, with the phases that it points to. */
export function troublesOf({ metrics: judged }: Pick<VerifyResult, 'metrics'>): string[] {
  return judged
    .filter(({ status }) => status !== 'pass')
    .map((metric) => {
      const { id, status, note } = metric;
      const phases = status === 'fail' || status === 'warn' ? phasesText(id) : '';
      return `${measuredText(metric)}: ${status}${note ? `; ${note}` : ''}${phases ? `; points to ${phases}` : ''}`;
    });
}

/** `phase 3 (adaptive Kademlia), then phase 2 (multi-level bootstrap)`. */
export function phasesText(id: MetricId): string {
  return explainPhases(id)
    .map(({ number, title }) => `phase ${number} (${title})`)
    .join(', then ');
}

/** What is worth knowing of metrics that passed. */
export function notesOf({ metrics: judged }: Pick<VerifyResult, 'metrics'>): string[] {
  return judged.flatMap(({ id, status, note }) =>
    status === 'pass' && note ? [`${metrics[id].title}: ${note}`] : [],
  );
}

/** What was measured, when, and how; not the metrics. */
export function factsOf(result: VerifyResult, at: Date): Fact[] {
  const { workers, column, soak, coordinatorMemoryBytes, elapsedSeconds, metrics: judged } = result;
  const own = judged.filter((metric) => metric.own).map(({ id }) => id);
  const busy = busyText(judged);
  return [
    ['workers', `${workers}, held against the column of ${column}`],
    ['measured', `${formatMoment(at)}, ${formatSeconds(elapsedSeconds)} after it was asked for`],
    ...(soak ? [['soak', soakText(soak, result.rounds)] as Fact] : []),
    ...comparedText(judged).map((text): Fact => ['compared with', text]),
    ...(own.length > 0 ? [['own targets', own.join(', ')] as Fact] : []),
    ['machine', busy === '' ? 'not saturated while it was measured' : `saturated: ${busy}`],
    ...(coordinatorMemoryBytes === null
      ? []
      : [['coordinator', `${formatBytes(coordinatorMemoryBytes)}, beside the network`] as Fact]),
  ];
}

/** `the run of 2026-05-01 13:45 UTC`; nothing when there was none. */
export function comparedText(judged: readonly VerifiedMetric[]): string[] {
  const times = judged.flatMap(({ previous }) => previous?.at ?? []);
  if (times.length === 0) return [];
  const isOne = times.every((at) => at === times[0]);
  const latest = formatMoment(new Date(Math.max(...times)));
  return [`the run of ${latest}${isOne ? '' : ', and earlier ones for what it did not measure'}`];
}

/** `60 rounds in 1 h, one every 1 min`. */
export function soakText({ from, to, everySeconds, isInterrupted }: SoakSummary, rounds: number): string {
  const seconds = (to - from) / 1000;
  const end = isInterrupted ? ', interrupted' : '';
  return `${rounds} round${rounds === 1 ? '' : 's'} in ${formatSeconds(seconds)}, one every ${formatSeconds(everySeconds)}${end}`;
}

/** What a streak was. */
export function streakText({ kind, worst }: Streak): string {
  if (kind === 'breach') return 'failed';
  if (kind === 'gap') return 'could not be told';
  return worst === null ? 'could not be told, once' : 'failed once';
}

/** `12-15`, or `7`. */
export function roundsText({ from, to }: Pick<Streak, 'from' | 'to'>): string {
  return from === to ? String(from) : `${from}-${to}`;
}

/** `Discovery time, CPU (other programs took 40 % of the CPU)`. */
function busyText(judged: readonly JudgedMetric[]): string {
  const reasons = new Map<string, string[]>();
  for (const { id, saturated } of judged) {
    if (saturated) reasons.set(saturated, [...(reasons.get(saturated) ?? []), metrics[id].title]);
  }
  return [...reasons].map(([reason, titles]) => `${titles.join(', ')} (${reason})`).join('; ');
}

/** Of values without a verdict too. */
export const unitTitles: Record<MetricUnit, string> = {
  s: 'seconds',
  bytes: 'bytes',
  percent: 'percent, 0 to 100',
  ms: 'milliseconds',
  ratio: 'ratio, 0 to 1',
  count: 'a number',
};
