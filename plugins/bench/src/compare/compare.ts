import type {
  BenchResult,
  BenchUnit,
  ComparedMeasurement,
  Comparison,
  Measurement,
  SuiteResult,
} from '../measurement.js';
import { ratioOf } from './ratio.js';
import { verdictOn } from './verdict.js';

export interface CompareOptions {
  /** File that the earlier run was read from. */
  file: string;
  /** Change from which on a worse figure is a regression. Percent. */
  limitPercent: number;
  /** Noise between two runs of a suite that its repetitions do not show, as a share. */
  noiseOf: (suite: string) => number;
  /** Whether a busy machine changes nothing in the timings of a suite. */
  isSteady: (suite: string) => boolean;
}

/** What a busy machine makes worse. */
const timings: readonly BenchUnit[] = ['per_second', 'seconds', 'ms', 'us'];
/** What is counted, and is the same in every run unless something is wrong. */
const counted: readonly BenchUnit[] = ['percent', 'ratio', 'count'];
/** Noise of that, as a share. */
const countedNoise = 0.005;

/** Holds a run against an earlier one; what only one of them has measured is left out. */
export function compare(before: BenchResult, after: BenchResult, options: CompareOptions): Comparison {
  const { file, limitPercent } = options;
  const sameMachine = before.machine.kind === after.machine.kind;
  const pairs = pairsOf(before, after, options);
  const measurements = pairs.map((pair) => compareOne(pair, sameMachine, options));
  const regressed = measurements.some(
    (each) => each.verdict === 'worse' && changePercent(each.ratio) >= limitPercent,
  );
  const isUnknown = !sameMachine || pairs.length === 0 || pairs.some(isDisturbed) || hasGap(before, after);
  const verdict = regressed ? 'fail' : isUnknown ? 'unknown' : 'pass';
  return { file, at: before.at, sameMachine, limitPercent, verdict, measurements };
}

interface Pair {
  suite: string;
  before: Measurement;
  after: Measurement;
  /** Whether the machine was busy with other things in one of the runs, and that matters. */
  saturated: boolean;
}

function pairsOf(before: BenchResult, after: BenchResult, { isSteady }: CompareOptions): Pair[] {
  return after.suites.flatMap((suite) => {
    const old = before.suites.find(({ id }) => id === suite.id);
    if (!old) return [];
    return suite.measurements.flatMap((measurement) => {
      const earlier = old.measurements.find(({ id }) => id === measurement.id);
      if (!earlier || measurement.better === null) return [];
      const saturated = (old.saturated || suite.saturated) && !isSteady(suite.id);
      return [{ suite: suite.id, before: earlier, after: measurement, saturated }];
    });
  });
}

function compareOne(
  pair: Pair,
  sameMachine: boolean,
  { limitPercent, noiseOf }: CompareOptions,
): ComparedMeasurement {
  const { before, after } = pair;
  const noise = counted.includes(after.unit) ? countedNoise : noiseOf(pair.suite);
  const { ratio, interval } = ratioOf(before, after, noise);
  const { id, better } = after;
  const tellable = sameMachine && !isDisturbed(pair) && better !== null;
  const verdict = tellable ? verdictOn(interval, better, limitPercent) : "can't tell";
  return { id, before: before.mean, after: after.mean, ratio, interval, verdict };
}

function isDisturbed({ saturated, after }: Pair): boolean {
  return saturated && timings.includes(after.unit);
}

/** Whether a suite could be measured then and can't be now: nobody knows whether it got worse. */
function hasGap(before: BenchResult, after: BenchResult): boolean {
  const hasRun = (suite: SuiteResult | undefined) => suite !== undefined && suite.skipped === undefined;
  return after.suites.some(
    (suite) => !hasRun(suite) && hasRun(before.suites.find(({ id }) => id === suite.id)),
  );
}

/** A ratio as a change either way: 0.8 and 1.25 are both 25 %. */
function changePercent(ratio: number): number {
  return 100 * (Math.max(ratio, 1 / ratio) - 1);
}
