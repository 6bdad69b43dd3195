import type { Parameters } from '@cqkd/node';
import type { Point } from '../method/sample.js';

/** What a piece of work is told. */
export interface WorkParameters {
  /** Nodes of the network, or as many of whatever it is about. */
  nodes: number;
  seed: number;
  /** Of the nodes. */
  parameters: Partial<Parameters>;
}

/** One round of a piece of work. */
export interface Round {
  values: Record<string, number>;
  /** Milliseconds. */
  latencies?: Record<string, readonly number[]>;
  curves?: Record<string, Point[]>;
}

/** Work that is measured again and again in a process of its own. */
export interface Work {
  /** Rounds from one start on that are not counted: code gets compiled, sockets get warm. */
  warmUps: number;
  round(): Promise<Round>;
  close(): void;
}

/** A module of work. */
export interface WorkModule {
  open(parameters: WorkParameters): Promise<Work>;
}
