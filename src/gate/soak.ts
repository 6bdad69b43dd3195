import { type JudgedMetric, type Judgement, type Verdict, worst } from './gate.js';
import { type MetricId, metrics } from './metrics.js';

/** One round of a soak. */
export interface Round extends Judgement {
  /** From 1. */
  number: number;
  /** When it began. Milliseconds since the epoch. */
  at: number;
}

/**
 * Rounds in a row in which one metric failed or could not be told.
 *
 * `breach` = it failed at least twice: what lies between was not told. `gap` = it could not be told for several rounds.
 * `flap` = a single round.
 */
export interface Streak {
  metric: MetricId;
  kind: 'breach' | 'gap' | 'flap';
  /** Numbers of the first and the last round. */
  from: number;
  to: number;
  /** When the first one began. Milliseconds since the epoch. */
  at: number;
  /** Of the values that failed; null when there was none. */
  worst: number | null;
}

/** Of one metric what many rounds measured, in its unit. Null when no round could. */
export interface Spread {
  min: number | null;
  mean: number | null;
  max: number | null;
  /** Rounds in all, those that failed, and those that could not tell. */
  rounds: number;
  failed: number;
  unknown: number;
}

/** A metric over many rounds: its value is their mean. */
export interface SoakedMetric extends JudgedMetric {
  spread: Spread;
}

/** All streaks of a soak, in the order of their beginning. @param rounds all of it, in their order */
export function streaksOf(rounds: readonly Round[]): Streak[] {
  const ids = rounds[0]?.metrics.map(({ id }) => id) ?? [];
  return ids.flatMap((id, index) => streaksOfMetric(id, index, rounds)).sort((a, b) => a.from - b.from);
}

function streaksOfMetric(metric: MetricId, index: number, rounds: readonly Round[]): Streak[] {
  const streaks: Streak[] = [];
  let row: Round[] = [];
  const end = () => {
    if (row.length > 0) streaks.push(streakOf(metric, index, row));
    row = [];
  };
  for (const round of rounds) {
    const status = round.metrics[index]?.status;
    if (status === 'fail' || status === 'unknown') row.push(round);
    else end();
  }
  end();
  return streaks;
}

function streakOf(metric: MetricId, index: number, row: readonly Round[]): Streak {
  const failed = row.flatMap(({ metrics: judged }) => {
    const each = judged[index];
    return each?.status === 'fail' && each.value !== null ? [each.value] : [];
  });
  const [first, last] = [row[0] as Round, row.at(-1) as Round];
  const kind = failed.length > 1 ? 'breach' : row.length > 1 ? 'gap' : 'flap';
  const worstValue = metrics[metric].better === 'lower' ? Math.max(...failed) : Math.min(...failed);
  return {
    metric,
    kind,
    from: first.number,
    to: last.number,
    at: first.at,
    worst: failed.length > 0 ? worstValue : null,
  };
}

/**
 * The verdict on some rounds of a soak: a breach fails, a gap is unknown, a flap warns.
 *
 * @param rounds at least one
 * @param streaks of the whole soak: one that began before these rounds counts
 */
export function judgeRounds(
  rounds: readonly Round[],
  streaks: readonly Streak[],
): Judgement & { metrics: SoakedMetric[] } {
  const [first, last] = [rounds[0] as Round, rounds.at(-1) as Round];
  const here = streaks.filter(({ from, to }) => from <= last.number && to >= first.number);
  const judged = last.metrics.map((metric, index) =>
    soaked(
      rounds.map((round) => round.metrics[index] as JudgedMetric),
      here.filter((streak) => streak.metric === metric.id),
    ),
  );
  return { column: last.column, verdict: worst(judged.map(({ status }) => status)), metrics: judged };
}

function soaked(all: readonly JudgedMetric[], streaks: readonly Streak[]): SoakedMetric {
  const values = all.flatMap(({ value }) => value ?? []);
  const isAny = values.length > 0;
  const mean = isAny ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  const { id, unit, target, threshold, own } = all.at(-1) as JudgedMetric;
  const busy = all.findLast(({ saturated }) => saturated)?.saturated;
  const notes = [...tellStreaks(streaks), ...detailOf(all)];
  return {
    id,
    value: mean,
    unit,
    target,
    threshold,
    status: statusOf(all, streaks),
    ...(own && { own }),
    ...(busy && { saturated: busy }),
    ...(notes.length > 0 && { note: notes.join('; ') }),
    spread: {
      min: isAny ? Math.min(...values) : null,
      mean,
      max: isAny ? Math.max(...values) : null,
      rounds: all.length,
      failed: all.filter(({ status }) => status === 'fail').length,
      unknown: all.filter(({ status }) => status === 'unknown').length,
    },
  };
}

function statusOf(all: readonly JudgedMetric[], streaks: readonly Streak[]): Verdict {
  const has = (kind: Streak['kind']) => streaks.some((streak) => streak.kind === kind);
  const never = (...good: Verdict[]) => !all.some(({ status }) => good.includes(status));
  if (has('breach')) return 'fail';
  if (never('pass', 'warn')) return never('fail') ? 'unknown' : 'fail';
  if (has('gap')) return 'unknown';
  return has('flap') || !never('warn') ? 'warn' : 'pass';
}

/** So many are told one by one. */
const mostTold = 3;

function tellStreaks(streaks: readonly Streak[]): string[] {
  const places = new Map<string, string[]>();
  for (const { kind, from, to, worst: failed } of streaks) {
    const isSingle = kind === 'flap' && failed !== null;
    const what = kind === 'breach' ? told.breach : isSingle ? told.flap : told.unknown;
    places.set(what, [...(places.get(what) ?? []), from === to ? String(from) : `${from}-${to}`]);
  }
  return [...places].map(([what, rounds]) => {
    const more = rounds.length > mostTold ? ` and ${rounds.length - mostTold} times more` : '';
    return `${what} in round ${rounds.slice(0, mostTold).join(', ')}${more}`;
  });
}

const told = {
  breach: 'failed',
  flap: 'single failures',
  unknown: 'could not be told',
};

/** What was worth knowing when it last was at its worst. */
function detailOf(all: readonly JudgedMetric[]): string[] {
  const bad = worst(all.map(({ status }) => status));
  const note = bad === 'pass' ? undefined : all.findLast(({ status, note }) => status === bad && note)?.note;
  return note ? [note] : [];
}
