import type { Verdict } from '@cqkd/harness';
import type { Cut, Side } from '../partition/cut.js';

/** The network before anything was done to it. */
export interface SteadyState {
  state: string;
  /** 0-1. */
  recall: number;
  islands: number;
}

/** Whether the fault is on: what was to be heard, and what was. */
export interface Proof {
  proven: boolean;
  /** Names of the sides, as rows and columns. */
  sides: string[];
  /** `intended[from][to]`: whether pings of one side are to be answered by another. */
  intended: boolean[][];
  /** Share of them that were. 0-1. */
  actual: number[][];
  seconds: number;
}

/** What one side did while the fault was on. */
export interface SideDuring {
  name: string;
  nodes: number;
  /** Of all nodes that were hit. 0-1. */
  share: number;
  /** Rounds of measurements. */
  samples: number;
  /** Mean recall against what that side can reach; null when nothing was measured. */
  recall: number | null;
  /** Values written and read back; null when nothing was measured. */
  storePercent: number | null;
}

export interface During {
  seconds: number;
  sides: SideDuring[];
}

/** What came after. */
export interface Recovery {
  /** From the healing until the network was one again and its lookups were right; null = not in the time it had. */
  seconds: number | null;
  recall: number;
  /** Weakly connected components of the routing graph; 1 = one network. */
  islands: number;
  /** Nodes that no routing table holds. */
  orphans: number;
  /** Values from before the fault that can't be read any more. */
  lostKeys: number;
}

/** `cqkd chaos … --json`. */
export interface ChaosResult {
  network: string;
  fault: string;
  parameters: Record<string, string | number>;
  seed: number;
  via: 'node' | 'kernel';
  targets: number;
  /** Who is on which side; with `--dry-run` the only thing that is known. */
  sides: Side[];
  deaf: Cut['deaf'];
  steadyState: SteadyState | null;
  proof: Proof | null;
  during: During | null;
  recoverySeconds: number | null;
  recall: number | null;
  islands: number | null;
  orphans: number | null;
  lostKeys: number | null;
  verdict: Verdict | null;
  elapsedSeconds: number;
}
