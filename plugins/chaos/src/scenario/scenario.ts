import type { FaultName } from '../faults/index.js';
import type { Conditions } from './conditions.js';

/** What may be said in place of the usual thresholds: within the first it passes, within the second it warns. */
export type ThresholdPairs = Partial<Record<'recovery' | 'recall' | 'store', [number, number]>>;

/** A file as it was read: every mistake in it has been told by then. */
export interface Scenario {
  name: string;
  description: string;
  /** Where it was read. */
  file: string;
  seed?: number | undefined;
  /** How many workers the network must have for it to make sense. */
  workers: { min?: number | undefined; max?: number | undefined };
  thresholds: ThresholdPairs;
  /** Repeated ones as often as they are done. */
  steps: Step[];
}

export interface FaultStep {
  verb: 'fault';
  kind: FaultName;
  parameters: object;
  forSeconds: number;
  via?: 'kernel' | 'node' | undefined;
  /** Goes on although the network is not in a steady state. */
  anyway: boolean;
  /** Done while the fault is on and proven. */
  meanwhile: Step[];
}

export interface LoadStep {
  verb: 'load';
  kind: 'lookup' | 'store';
  operations: number;
  /** At a time. */
  concurrency: number;
}

/** One thing that is done. */
export type Doing =
  | FaultStep
  | LoadStep
  | { verb: 'wait'; seconds: number }
  | { verb: 'until'; conditions: Conditions; withinSeconds: number }
  | { verb: 'check'; conditions: Conditions }
  | { verb: 'join'; newcomers: number }
  /** Undoes all that is still on, such as what was killed to stay dead. */
  | { verb: 'heal' }
  /** `atLeast`: nothing is done where there are as many already. */
  | { verb: 'scale'; workers: number; atLeast: boolean };

export type Step = Doing & {
  /** For people. */
  title: string;
  /** Of the file. */
  line: number;
};
