import type { Calibration } from '../measurement.js';
import type { Round, Work } from '../work/work.js';
import { type Calibrator, openCalibrator } from './calibrate.js';
import { cpuMs } from './cpu-ms.js';
import { LatencyRecorder } from './latency-recorder.js';
import type { Sample } from './sample.js';
import { quantile } from './statistics.js';

/** The first calibrations of a process are slow: its code is not compiled yet. */
const calibrationWarmUps = 6;
/** Of the rounds, from the worst to the best one, the one that counts. */
const goodQuartile = 0.75;

/** Which way figures are better; those that are missing are only told. */
export type Directions = Readonly<Record<string, 'higher' | 'lower'>>;

/**
 * Does a piece of work for some time, with a calibration before, between and after its rounds.
 *
 * What other programs take makes a round slower and never faster: so the better quartile of the rounds counts, and of
 * the calibrations.
 *
 * @param sliceMs no further round begins after so long, the warm-up apart; at least one is made
 */
export async function runWork(work: Work, sliceMs: number, directions: Directions): Promise<Sample> {
  const calibrator = await openCalibrator();
  try {
    for (let i = 0; i < calibrationWarmUps; i++) await calibrator.measure();
    for (let i = 0; i < work.warmUps; i++) await work.round();
    const { rounds, calibrations } = await roundsOf(work, sliceMs, calibrator);
    return {
      values: summaryOf(
        rounds.map(({ values }) => values),
        directions,
      ),
      calibrations: summaryOf(calibrations, { udp: 'higher', codec: 'higher' }) as Record<
        Calibration,
        number
      >,
      histograms: histogramsOf(rounds),
      curves: rounds.at(-1)?.curves ?? {},
      cpuSeconds: cpuMs() / 1000,
    };
  } finally {
    calibrator.close();
  }
}

async function roundsOf(work: Work, sliceMs: number, calibrator: Calibrator) {
  const startedAt = performance.now();
  const calibrations = [await calibrator.measure()];
  const rounds: Round[] = [];
  do {
    rounds.push(await work.round());
    calibrations.push(await calibrator.measure());
  } while (performance.now() - startedAt < sliceMs);
  return { rounds, calibrations };
}

function summaryOf(all: readonly Record<string, number>[], directions: Directions): Record<string, number> {
  const ids = new Set(all.flatMap((values) => Object.keys(values)));
  const summary = [...ids].map((id) => {
    const values = all.flatMap((each) => each[id] ?? []);
    const direction = directions[id];
    const share = direction === 'higher' ? goodQuartile : direction === 'lower' ? 1 - goodQuartile : 0.5;
    return [id, quantile(values, share)] as const;
  });
  return Object.fromEntries(summary);
}

function histogramsOf(all: readonly Round[]): Record<string, string> {
  const recorders = new Map<string, LatencyRecorder>();
  for (const { latencies = {} } of all) {
    for (const [id, values] of Object.entries(latencies)) {
      const recorder = recorders.get(id) ?? new LatencyRecorder();
      recorders.set(id, recorder);
      for (const ms of values) recorder.add(ms);
    }
  }
  return Object.fromEntries([...recorders].map(([id, recorder]) => [id, recorder.encode()]));
}
