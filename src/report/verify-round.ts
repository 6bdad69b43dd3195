import type { JudgedMetric } from '../gate/gate.js';
import { metrics } from '../gate/metrics.js';
import type { Round, Streak } from '../gate/soak.js';
import { formatValue } from './format.js';
import { paintVerdict } from './verdict.js';

/** So many metrics are told; the others are counted. */
const mostTold = 3;

/** One round of a soak on a line: `round 12  14:03:10 UTC  fail  Discovery time 8.1 s (2 rounds in a row)`. */
export function renderRound(
  { number, at, verdict, metrics: judged }: Round,
  streaks: readonly Streak[],
): string {
  const bad = judged.filter(({ status }) => status === 'fail' || status === 'unknown');
  const told = bad.slice(0, mostTold).map((metric) => {
    const streak = streaks.find((each) => each.metric === metric.id);
    return tell(metric, streak ? streak.to - streak.from + 1 : 1);
  });
  const more = bad.length > mostTold ? [`and ${bad.length - mostTold} more`] : [];
  return [
    `round ${number}`,
    `${timeOf(at)} UTC`,
    paintVerdict(verdict),
    ...(bad.length > 0 ? [[...told, ...more].join(', ')] : []),
  ].join('  ');
}

/** `14:03:10`. */
function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

function tell({ id, value, unit, status }: JudgedMetric, rounds: number): string {
  const what = status === 'unknown' ? 'unknown' : formatValue(value, unit);
  return `${metrics[id].title} ${what} (${rounds === 1 ? 'once' : `${rounds} rounds in a row`})`;
}
