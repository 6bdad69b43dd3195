import type { Verdict } from '@cqkd/harness';
import type { Via } from '../actions/action.js';
import type { Deaf, EffectFigure, Range, Side } from '../faults/fault-plan.js';

/** The network before anything was done to it. */
export interface SteadyState {
  state: string;
  /** 0-1. */
  recall: number;
  islands: number;
  /** `address:port` of living nodes of other programs: no fault reaches them. */
  foreign: string[];
}

/** Whether pings between sides were answered as they should be. */
export interface ReachabilityProof {
  /** Names of the sides, as rows and columns. */
  sides: string[];
  /** `intended[from][to]`: whether pings of one side are to be answered by another. */
  intended: boolean[][];
  /** Share of them that were. 0-1. */
  actual: number[][];
}

/** One figure that has to lie in a range. */
export interface Figure {
  name: EffectFigure | 'workers' | 'operations';
  intended: Range;
  actual: number;
}

/** Whether the fault is on: what was meant, and what was found. */
export interface Proof {
  proven: boolean;
  seconds: number;
  reachability: ReachabilityProof | null;
  figures: Figure[];
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

/** A newcomer that joined while the fault was on, through bootstrap nodes as every newcomer. */
export interface Newcomer {
  /** Whether it found its way in at all. */
  joined: boolean;
  /** Workers that it then discovered, in percent of those that it could reach; null when it did not join. */
  discoveryPercent: number | null;
  seconds: number;
}

export interface During {
  seconds: number;
  sides: SideDuring[];
  /** Most workers at a time that had no living bootstrap node. */
  orphanedWorkers: number;
  newcomers: Newcomer[];
  /** Entries of routing tables that still led across the cut at the end; null = there was no cut. */
  acrossEntries: number | null;
}

/** What came after. */
export interface Recovery {
  /** From the healing until the network was one again and its lookups were right; null = not in the time it had. */
  seconds: number | null;
  /** From the healing until the routing graph was one again; null = not in the time it had. */
  mergedSeconds: number | null;
  recall: number;
  /** Weakly connected components of the routing graph; 1 = one network. */
  islands: number;
  /** Nodes that no routing table holds. */
  orphans: number;
  /** Values that can't be read any more, of those whose holders did not all die; null when there are none of these. */
  lostKeys: number | null;
  /** Names of nodes that should be there and are not. */
  missing: string[];
}

export type PhaseName = 'steady' | 'during' | 'recovery';

/** One look at one side, or at the whole network. Null = not looked at, or it could not be measured. */
export interface Sample {
  /** Since the experiment began. Seconds. */
  at: number;
  phase: PhaseName;
  /** Name of a side; null = the whole network. */
  side: string | null;
  /** 0-1. */
  recall: number | null;
  storePercent: number | null;
}

/** What happened when. Seconds since the experiment began. */
export interface Timeline {
  /** The fault was on from … to; null when it never was. */
  fault: { from: number; to: number } | null;
  /** When the network was whole again; null = it was not seen to be. */
  recoveredAt: number | null;
  samples: Sample[];
}

/** `cqkd chaos … --json`. */
export interface ChaosResult {
  network: string;
  fault: string;
  parameters: Record<string, string | number | boolean>;
  seed: number;
  /** How it was applied: each way once. */
  via: Via[];
  /** How many nodes were hit. */
  targets: number;
  victims: { hosts: string[]; nodes: string[] };
  /** Who is on which side; with `--dry-run` the last thing that is known. */
  sides: Side[];
  deaf: Deaf;
  steadyState: SteadyState | null;
  proof: Proof | null;
  during: During | null;
  recoverySeconds: number | null;
  mergedSeconds: number | null;
  recall: number | null;
  islands: number | null;
  orphans: number | null;
  lostKeys: number | null;
  missing: string[];
  verdict: Verdict | null;
  /** Why it is not a pass, a line each. */
  reasons: string[];
  /** Things worth knowing, a line each. */
  notes: string[];
  timeline: Timeline;
  elapsedSeconds: number;
}
