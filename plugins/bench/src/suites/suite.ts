import type { NodeBinary } from '@cqkd/harness';
import type { Parameters } from '@cqkd/node';
import type { SuiteResult } from '../measurement.js';
import type { SharedNetwork } from '../network/shared-network.js';

/** What a suite is given. */
export interface SuiteContext {
  /** Of the network that it measures, unless it is about networks of certain sizes. */
  workers: number;
  seed: number;
  /** Settings that were given; names in lower case, values as text. */
  settings: Readonly<Record<string, string>>;
  /** What they mean to nodes that run without a host. */
  parameters: Partial<Parameters>;
  /** How long it may take. Milliseconds. */
  budgetMs: number;
  /** Where the state of networks lies. */
  root: string;
  /** Of this machine. */
  cores: number;
  /** The Node.js that everything which is measured runs on. */
  node: NodeBinary;
  /** Whether nothing else is measured: then it may look closer. */
  alone: boolean;
  /** A real network; it is there as soon as somebody asks. */
  network: SharedNetwork;
  signal: AbortSignal;
}

/** What a suite found; what is the same for all suites is added to it. */
export interface Findings
  extends Pick<
    SuiteResult,
    'repetitions' | 'ended' | 'measurements' | 'histograms' | 'curves' | 'notes' | 'skipped'
  > {
  /** CPU time of processes that it started and that are gone. Seconds; null when that is not known. */
  cpuSeconds: number | null;
}

/** One thing to measure. */
export interface Suite {
  id: string;
  title: string;
  /** One sentence. */
  about: string;
  /** How long it may take, unless something else is asked for. */
  seconds: number;
  /** Standard deviation between two runs that its repetitions do not show, as a share of the value. */
  noise: number;
  /** It counts CPU time of little work in few caches: a machine that is busy with other things changes nothing in it. */
  steady?: true;
  /** @throws the signal's reason; EnvironmentError when it can't be measured here */
  run(context: SuiteContext): Promise<Findings>;
}
