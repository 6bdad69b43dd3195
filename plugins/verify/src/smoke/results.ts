import type { Verdict } from '@cqkd/harness';

/** One step of a smoke test. */
export interface SmokeStep {
  id: string;
  title: string;
  /** Null = it was left out, since one before it had failed. */
  verdict: Verdict | null;
  /** What came of it, one line. */
  said: string;
  seconds: number;
}

/** The `--json` of smoke. */
export interface SmokeResult {
  network: string;
  /** As it was asked for. */
  driver: string;
  workers: number;
  steps: SmokeStep[];
  verdict: Verdict;
  elapsedSeconds: number;
}
