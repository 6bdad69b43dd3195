import {
  exitCodes,
  type NodeBinary,
  type OnProgress,
  parseGivenSettings,
  readNodeBinary,
  UsageError,
} from '@cqkd/harness';
import { parametersOf } from '@cqkd/node';
import { BenchProgress } from './bench-progress.js';
import { compare } from './compare/compare.js';
import { checkBaseline, saveBaseline } from './compare/save-baseline.js';
import type { BenchResult, SuiteResult } from './measurement.js';
import { readBenchMachine } from './method/machine.js';
import { secondsSince } from './method/seconds-since.js';
import { SharedNetwork } from './network/shared-network.js';
import { readBenchResult } from './record/read-result.js';
import { chooseSuites } from './suites/choose.js';
import { suites as allSuites } from './suites/index.js';
import { runSuite } from './suites/run-suite.js';
import type { Suite, SuiteContext } from './suites/suite.js';

export interface BenchOptions {
  /** Where the state of networks lies. */
  root: string;
  /** Names; all when there is none. */
  suites: readonly string[];
  workers: number;
  seed: number;
  /** Names in lower case, values as text. */
  settings: Readonly<Record<string, string>>;
  /** For each suite; by default what it asks for. */
  budgetSeconds?: number | undefined;
  /** File that the result is written to. */
  save?: string | undefined;
  /** File of an earlier run. */
  compare?: string | undefined;
  /** The Node.js that everything runs on which is measured: a path. By default the one that runs this program. */
  nodeBinary?: string | undefined;
  /** Compares to a run on another Node.js. */
  anyNode?: boolean;
  /** Change from which on a worse figure is a regression. Percent. */
  limitPercent: number;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/**
 * Measures, compares and saves; what could not be read or written is told before anything is measured.
 *
 * @throws UsageError, EnvironmentError, or the signal's reason, when nothing of it runs any more
 */
export async function bench(options: BenchOptions): Promise<BenchResult> {
  const chosen = chooseSuites(options.suites);
  // Alpha and K do not follow the size of the network, as they do in a host: figures of one size are about one algorithm.
  const parameters = parametersOf(parseGivenSettings(options.settings));
  if (options.save !== undefined) checkBaseline(options.save);
  const node = await readNodeBinary(options.nodeBinary);
  const before = options.compare === undefined ? undefined : await comparable(options.compare, node, options);
  const startedAt = performance.now();
  const at = new Date().toISOString();
  const machine = await readBenchMachine(node);
  const suites = await runAll(chosen, { ...options, cores: machine.cores, node, parameters });
  const { workers, seed, limitPercent, compare: file = '' } = options;
  const seconds = secondsSince(startedAt);
  const measured: BenchResult = { version: 1, at, seed, workers, seconds, machine, suites, comparison: null };
  const comparison = before && compare(before, measured, { file, limitPercent, noiseOf, isSteady });
  const result: BenchResult = { ...measured, comparison: comparison ?? null };
  if (options.save !== undefined) saveBaseline(options.save, result);
  return result;
}

/** What a command exits with that has measured this. */
export function benchExitCode({ comparison }: BenchResult): number {
  if (comparison?.verdict === 'fail') return exitCodes.gate;
  return comparison?.verdict === 'unknown' ? exitCodes.unknown : exitCodes.pass;
}

/** An earlier run of the same work. @throws UsageError */
async function comparable(
  file: string,
  node: NodeBinary,
  { workers, seed, anyNode, signal }: BenchOptions,
): Promise<BenchResult> {
  const before = await readBenchResult(file, signal);
  if (before.workers !== workers || before.seed !== seed) {
    throw new UsageError(
      `${file} was measured with other work: compare to it with -w ${before.workers} --seed ${before.seed}`,
    );
  }
  const { nodeVersion } = before.machine;
  // Earlier files tell the major release alone.
  if (anyNode || [node.version, node.version.split('.', 1)[0]].includes(nodeVersion)) return before;
  throw new UsageError(
    `${file} was measured on Node.js ${nodeVersion}, and this is ${node.version}: give that one by --node-binary, or --any-node to compare all the same`,
  );
}

function noiseOf(suite: string): number {
  return allSuites.find(({ id }) => id === suite)?.noise ?? 0;
}

function isSteady(suite: string): boolean {
  return allSuites.find(({ id }) => id === suite)?.steady ?? false;
}

async function runAll(
  chosen: readonly Suite[],
  options: BenchOptions & Pick<SuiteContext, 'cores' | 'node' | 'parameters'>,
): Promise<SuiteResult[]> {
  const { root, workers, seed, settings, cores, node, parameters, budgetSeconds, signal, onProgress } =
    options;
  const secondsOf = ({ seconds }: Suite) => budgetSeconds ?? seconds;
  const progress = new BenchProgress(onProgress, chosen, secondsOf);
  const network = new SharedNetwork({ root, workers, seed, node: node.path, settings, signal });

  const alone = chosen.length === 1;
  const context = { root, workers, seed, settings, parameters, cores, node, alone, network, signal };
  const results: SuiteResult[] = [];
  try {
    for (const suite of chosen) {
      progress.begin();
      const result = await runSuite(suite, { ...context, budgetMs: 1000 * secondsOf(suite) });
      results.push(result);
      progress.end(suite, result.skipped);
    }
    return results;
  } finally {
    progress.stop();
    await network.close();
  }
}
