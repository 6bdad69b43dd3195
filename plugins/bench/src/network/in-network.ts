import type { NetworkHandle } from '@cqkd/harness';
import { type Calibrator, openCalibrator } from '../method/calibrate.js';
import { foundIn } from '../method/measurements.js';
import { repeat } from '../method/repeat.js';
import type { Figure, HistogramSpec, Sample } from '../method/sample.js';
import type { Findings, SuiteContext } from '../suites/suite.js';

/** What one measurement of a real network found. */
export interface NetworkRound {
  /** What could not be measured is missing. */
  values: Record<string, number>;
  histograms?: Record<string, string>;
}

export interface NetworkSuite {
  id: string;
  figures: readonly Figure[];
  histograms?: readonly HistogramSpec[];
  repetitions: { min: number; max: number };
  /** What is done once before; its time is not counted. */
  warmUp: (handle: NetworkHandle, signal: AbortSignal) => Promise<unknown>;
  /** One repetition. @param calibrate counts raw UDP requests in a second of CPU time, now */
  measure: (
    handle: NetworkHandle,
    signal: AbortSignal,
    calibrate: () => Promise<number>,
  ) => Promise<NetworkRound>;
  notes?: (samples: readonly Sample[]) => string[];
}

/** The first calibrations of a process are slow: its code is not compiled yet. */
const calibrationWarmUps = 6;

/** Measures the shared network again and again, with a calibration before and after each time. */
export async function inNetwork(suite: NetworkSuite, context: SuiteContext): Promise<Findings> {
  const { id, figures, histograms = [], repetitions, warmUp, measure, notes } = suite;
  const { network, budgetMs, signal } = context;
  const handle = await network.open();
  const calibrator = await openCalibrator();
  const udp = async () => (await calibrator.measure()).udp;
  try {
    for (let i = 0; i < calibrationWarmUps; i++) await calibrator.measure();
    await warmUp(handle, signal);
    const { samples, ended } = await repeat({
      figures,
      sample: () => calibrated(calibrator, () => measure(handle, signal, udp)),
      budgetMs,
      repetitions,
      signal,
    });
    const found = foundIn({ id, figures, histograms }, { samples, ended });
    return { ...found, curves: [], notes: notes?.(samples) ?? [], cpuSeconds: 0 };
  } finally {
    calibrator.close();
  }
}

async function calibrated(calibrator: Calibrator, run: () => Promise<NetworkRound>): Promise<Sample> {
  const before = await calibrator.measure();
  const { values, histograms = {} } = await run();
  const after = await calibrator.measure();
  const calibrations = { udp: (before.udp + after.udp) / 2, codec: (before.codec + after.codec) / 2 };
  return { values, calibrations, histograms, curves: {}, cpuSeconds: 0 };
}
