import type { Machine } from '@cqkd/harness';

/** Milliseconds and microseconds for latencies, seconds for what a person waits for; ratio 0-1, percent 0-100. */
export type BenchUnit = 'seconds' | 'ms' | 'us' | 'bytes' | 'percent' | 'ratio' | 'per_second' | 'count';

/** What a figure is divided by before two runs are compared: how fast the machine was while it was measured. */
export type Calibration = 'udp' | 'codec';

/** One figure of a suite. */
export interface Measurement {
  /** `<suite>.<name>`, unlike any other: `lookup.throughput_16`. */
  id: string;
  title: string;
  unit: BenchUnit;
  /** null: it is told and never judged. */
  better: 'higher' | 'lower' | null;
  calibration: Calibration | null;
  /** One a repetition, in the order in which they were taken. */
  values: number[];
  /** How fast the machine was around each of the values; as many as there are values, none without a calibration. */
  calibrations: number[];
  mean: number;
  /** Of the mean, 95 %; null with fewer than two values. */
  interval: [low: number, high: number] | null;
}

/** Latencies of all repetitions together. */
export interface LatencyHistogram {
  id: string;
  title: string;
  unit: 'ms' | 'us';
  count: number;
  min: number;
  mean: number;
  max: number;
  /** Percentile (0-100) and the value that so many do not exceed, ascending. */
  percentiles: [percentile: number, value: number][];
  /** The HdrHistogram itself, compressed, in its base64 form. */
  encoded: string;
}

/** One value against another: nodes joined against seconds, cost against nodes. */
export interface Curve {
  id: string;
  title: string;
  x: { title: string; unit: BenchUnit; scale: 'linear' | 'log' };
  y: { title: string; unit: BenchUnit };
  lines: { name: string; kind: 'measured' | 'predicted'; points: [x: number, y: number][] }[];
}

export interface SuiteResult {
  /** Name of the suite. */
  id: string;
  title: string;
  seconds: number;
  repetitions: number;
  /** Why it ended: all intervals narrow, time or repetitions used up. */
  ended: 'narrow' | 'time' | 'repetitions';
  /** Whether the machine was busy with other things meanwhile. */
  saturated: boolean;
  /** Of the first figure, the one that the suite is about; null and empty when it was not measured. */
  unit: BenchUnit | null;
  values: number[];
  p50: number | null;
  p95: number | null;
  measurements: Measurement[];
  histograms: LatencyHistogram[];
  curves: Curve[];
  /** Sentences. */
  notes: string[];
  /** Why it did not run; everything else is empty then. */
  skipped?: string;
}

export type ComparedVerdict = 'better' | 'same' | 'worse' | "can't tell";

export interface ComparedMeasurement {
  id: string;
  before: number;
  after: number;
  /** After / before, calibrated, with its interval; 1 = nothing changed. */
  ratio: number;
  interval: [low: number, high: number] | null;
  verdict: ComparedVerdict;
}

export interface Comparison {
  /** File that it is compared to. */
  file: string;
  /** When that was measured, ISO 8601. */
  at: string;
  /** Whether it was measured on a machine of this kind. */
  sameMachine: boolean;
  /** Change from which on a worse figure is a regression, percent. */
  limitPercent: number;
  verdict: 'pass' | 'fail' | 'unknown';
  measurements: ComparedMeasurement[];
}

/** The `--json` of bench; what `--save` writes. */
export interface BenchResult {
  version: 1;
  /** ISO 8601. */
  at: string;
  seed: number;
  workers: number;
  seconds: number;
  machine: Machine & { kind: string };
  suites: SuiteResult[];
  comparison: Comparison | null;
}
