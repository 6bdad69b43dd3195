import { metrics } from '../gate/metrics.js';
import type { VerifiedMetric, VerifyResult } from '../services/results.js';
import { formatMoment, formatValue } from './format.js';
import type { TrendPoint } from './trend-chart.js';
import { changeText, limitText, metricTitle, roundsText, streakText } from './verify-view.js';

/** A table of a report; titles that end in `>` are aligned to the right. */
export interface VerifyTable {
  head: string[];
  rows: string[][];
}

/** Columns before and after the verdict, which looks different in each format. */
export function metricColumns({ soak, metrics: judged }: VerifyResult): {
  before: string[];
  after: string[];
  cells: (metric: VerifiedMetric) => { before: string[]; after: string[] };
} {
  const isCompared = judged.some(({ previous }) => previous);
  const values = soak ? ['mean>', 'lowest>', 'highest>'] : ['value>'];
  return {
    before: ['metric', ...values, 'target>', 'threshold>'],
    after: isCompared ? ['since last run'] : [],
    cells: (metric) => {
      const { id, value, unit, target, threshold, spread } = metric;
      const all = soak ? [value, spread?.min ?? null, spread?.max ?? null] : [value];
      return {
        before: [
          metricTitle(metric),
          ...all.map((each) => formatValue(each, unit)),
          limitText(id, target),
          limitText(id, threshold),
        ],
        after: isCompared ? [changeText(metric)] : [],
      };
    },
  };
}

/** So many moments fit a table. */
const mostPoints = 60;
/** So many streaks are shown at most, those that decided first. */
const mostStreaks = 100;

/** What failed or could not be told in a soak; null when nothing did. */
export function streaksTable({ soak }: VerifyResult): VerifyTable | null {
  if (!soak || soak.streaks.length === 0) return null;
  const decisive = [
    ...soak.streaks.filter(({ kind }) => kind !== 'flap'),
    ...soak.streaks.filter(({ kind }) => kind === 'flap'),
  ];
  return {
    head: ['metric', 'what', 'rounds>', 'from', 'worst>'],
    rows: decisive
      .slice(0, mostStreaks)
      .map((streak) => [
        metrics[streak.metric].title,
        streakText(streak),
        roundsText(streak),
        formatMoment(new Date(streak.at)),
        formatValue(streak.worst, metrics[streak.metric].unit),
      ]),
  };
}

/** Each metric at each of some moments; null where they are too many for a table. */
export function pointsTable(
  judged: readonly VerifiedMetric[],
  points: readonly TrendPoint[],
): VerifyTable | null {
  if (points.length > mostPoints) return null;
  return {
    head: ['metric', ...points.map(({ at }) => `${formatMoment(new Date(at))}>`)],
    rows: judged.map(({ id, unit }) => [
      metrics[id].title,
      ...points.map((point) => {
        const metric = point.metrics.find((each) => each.id === id);
        return metric ? formatValue(metric.value, unit) : '';
      }),
    ]),
  };
}
