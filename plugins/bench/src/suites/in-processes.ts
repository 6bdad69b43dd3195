import type { Curve } from '../measurement.js';
import { inFreshProcess } from '../method/fresh-process.js';
import { foundIn } from '../method/measurements.js';
import { repeat } from '../method/repeat.js';
import type { Figure, HistogramSpec, Sample } from '../method/sample.js';
import type { WorkName } from '../work/index.js';
import { directionsOf } from './figures.js';
import type { Findings, Suite, SuiteContext } from './suite.js';

/** A suite whose repetitions are processes of their own. */
export interface ProcessSuite extends Omit<Suite, 'run'> {
  work: WorkName;
  figures: readonly Figure[];
  histograms?: readonly HistogramSpec[];
  repetitions: { min: number; max: number };
  /** Shows what the repetitions have in common. */
  curves?: (samples: readonly Sample[]) => Curve[];
  notes?: (samples: readonly Sample[], context: SuiteContext) => string[];
}

/** Starting, warming up and ending of a process, at most, as a share of its time. */
const overheadShare = 0.5;

/** Makes a suite of it: each repetition is a process that does the work for its share of the time. */
export function processSuite(about: ProcessSuite): Suite {
  const { work, figures, histograms = [], repetitions, curves, notes, ...suite } = about;
  return { ...suite, run: (context) => runInProcesses(about, context) };
}

async function runInProcesses(about: ProcessSuite, context: SuiteContext): Promise<Findings> {
  const { id, work, figures, histograms = [], repetitions, curves, notes } = about;
  const { workers, seed, parameters, node, budgetMs, signal } = context;
  const directions = directionsOf(figures);
  const sliceMs = (budgetMs / repetitions.max) * (1 - overheadShare);
  const job = { work, parameters: { nodes: workers, seed, parameters }, sliceMs, directions };
  const { samples, ended } = await repeat({
    figures,
    sample: () => inFreshProcess(job, node.path, signal),
    budgetMs,
    repetitions,
    signal,
  });
  return {
    ...foundIn({ id, figures, histograms }, { samples, ended }),
    curves: curves?.(samples) ?? [],
    notes: notes?.(samples, context) ?? [],
    cpuSeconds: samples.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}
