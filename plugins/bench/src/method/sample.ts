import type { BenchUnit, Calibration } from '../measurement.js';

/** What a suite tells of, before it has been measured. Ids are without the suite's name. */
export interface Figure {
  id: string;
  title: string;
  unit: BenchUnit;
  /** null: it is told and never judged. */
  better: 'higher' | 'lower' | null;
  calibration: Calibration | null;
}

/** A distribution that a suite keeps. */
export interface HistogramSpec {
  id: string;
  title: string;
  unit: 'ms' | 'us';
}

export type Point = [x: number, y: number];

/** One repetition. Ids are without the suite's name. */
export interface Sample {
  values: Record<string, number>;
  /** How fast the machine was meanwhile. */
  calibrations: Record<Calibration, number>;
  /** HdrHistograms of latencies, see `LatencyRecorder`. */
  histograms: Record<string, string>;
  curves: Record<string, Point[]>;
  /** CPU time of the processes that belong to the repetition, this one apart. Seconds. */
  cpuSeconds: number;
}
