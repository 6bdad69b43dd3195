import type { TrendPoint } from './trend-chart.js';
import type { VerifyReport } from './verify-report.js';

/** So many runs, or rounds of a soak, are shown at most. */
const mostRuns = 60;
const mostRounds = 3000;

/** A series of measurements that a report draws. */
export interface ReportTrend {
  id: string;
  title: string;
  caption: string;
  points: readonly TrendPoint[];
}

/** What a report draws against time: the rounds of a soak, and the runs on record. */
export function trendsOf({ rounds, runs }: VerifyReport): ReportTrend[] {
  const limits = 'Dashed: the target, solid: the threshold, where they are within what is shown.';
  return [
    {
      id: 'rounds',
      title: 'Over the rounds of the soak',
      caption: `Each point is one round; its colour is the verdict. ${limits}`,
      points: rounds.slice(-mostRounds),
    },
    {
      id: 'runs',
      title: 'Over the recorded runs',
      caption: `Each point is one recorded run, or an hour of a soak; its colour is the verdict. ${limits}`,
      points: runs.slice(-mostRuns),
    },
  ];
}
