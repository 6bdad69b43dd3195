import { judge, type Measured } from '../../gate/gate.js';
import type { OwnTargets } from '../../gate/own-targets.js';
import { judgeRounds, type Round, streaksOf } from '../../gate/soak.js';
import { withPrevious } from '../../gate/trend.js';
import type { VerifyReport } from '../../report/verify-report.js';
import type { VerifyResult } from '../../services/results.js';

/** When the run ended that the reports are about. */
export const reportedAt = new Date('2026-05-01T13:45:10Z');
const minute = 60_000;

/** One of each verdict, and one that is only reported. */
export const measuredOfAll: Measured[] = [
  { id: 'bootstrap_health', value: 50, note: '1 of 2 bootstrap nodes are down' },
  { id: 'discovery_time', value: 9, saturated: 'other programs took 40 % of the CPU' },
  { id: 'memory', value: 92e6 },
  { id: 'refresh_overhead', value: 17 },
  { id: 'hops_p50', value: 1 },
];

const rest = { network: 'trial', workers: 15, coordinatorMemoryBytes: 61e6, elapsedSeconds: 26.1 };

/** A run after two others that are on record. */
export function reportOf(
  change: Partial<VerifyResult> = {},
  { measured = measuredOfAll, targets }: { measured?: Measured[]; targets?: OwnTargets } = {},
): VerifyReport {
  const past = [90e6, 80e6].map((memory, index) => ({
    at: reportedAt.getTime() - (2 - index) * 10 * minute,
    workers: 15,
    hour: null,
    metrics: judge([{ id: 'memory', value: memory }], 15).metrics,
  }));
  const judgement = judge(measured, 15, targets);
  const metrics = withPrevious(judgement.metrics, past);
  const result: VerifyResult = {
    ...{ ...rest, ...judgement, metrics, rounds: 1, soak: null, answers: [] },
    ...change,
  };
  const runs = [...past, { at: reportedAt.getTime(), workers: 15, hour: null, metrics }];
  return { result, verdict: result.verdict, runs, rounds: [] };
}

/** A soak of rounds in which the CPU took so many percent, of which 10 are too many. */
export function soakReportOf(...values: (number | null)[]): VerifyReport {
  const from = reportedAt.getTime() - values.length * minute;
  const rounds = values.map(
    (value, index): Round => ({
      ...judge([{ id: 'cpu', value }], 15),
      number: index + 1,
      at: from + index * minute,
    }),
  );
  const streaks = streaksOf(rounds);
  const judgement = judgeRounds(rounds, streaks);
  const soak = {
    ...{ hour: null, from, to: reportedAt.getTime(), seconds: 3600, everySeconds: 60 },
    ...{ isInterrupted: true, streaks },
  };
  const metrics = withPrevious(judgement.metrics, []);
  const result = { ...rest, ...judgement, metrics, rounds: rounds.length, soak, answers: [] };
  return { result, verdict: result.verdict, runs: [], rounds };
}
