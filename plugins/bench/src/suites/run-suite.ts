import { EnvironmentError, messageOf } from '@cqkd/harness';
import type { Measurement, SuiteResult } from '../measurement.js';
import { watchLoad } from '../method/foreign-load.js';
import { secondsSince } from '../method/seconds-since.js';
import { quantile } from '../method/statistics.js';
import type { Findings, Suite, SuiteContext } from './suite.js';

/**
 * Runs one suite, and says whether the machine was busy with other things meanwhile.
 *
 * A suite that can't be measured here is skipped, with the reason; the others go on.
 *
 * @throws the signal's reason
 */
export async function runSuite(suite: Suite, context: SuiteContext): Promise<SuiteResult> {
  const startedAt = performance.now();
  const watch = await watchLoad(() => context.network.cpuSeconds());
  const findings = await findingsOf(suite, context);
  const { cpuSeconds, notes, ...found } = findings;
  const busy = cpuSeconds === null ? undefined : await watch.end(cpuSeconds);
  return {
    id: suite.id,
    title: suite.title,
    seconds: secondsSince(startedAt),
    saturated: busy !== undefined,
    ...headOf(found.measurements),
    ...found,
    notes: busy === undefined ? notes : [...notes, `Meanwhile ${busy}.`],
  };
}

function headOf([first]: readonly Measurement[]): Pick<SuiteResult, 'unit' | 'values' | 'p50' | 'p95'> {
  if (!first?.values.length) return { unit: null, values: [], p50: null, p95: null };
  const { unit, values } = first;
  return { unit, values, p50: quantile(values, 0.5), p95: quantile(values, 0.95) };
}

async function findingsOf(suite: Suite, context: SuiteContext): Promise<Findings> {
  try {
    return await suite.run(context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof EnvironmentError)) throw error;
    return {
      repetitions: 0,
      ended: 'repetitions',
      measurements: [],
      histograms: [],
      curves: [],
      notes: [],
      skipped: messageOf(error),
      cpuSeconds: null,
    };
  }
}
