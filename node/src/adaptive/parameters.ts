import type { Parameters } from '../kademlia/node-init.js';
import type { ParameterRow } from './parameter-table.js';

/** Bounds of the time-out. Source: facts, section 4. */
const MIN_TIMEOUT_SECONDS = 5;
const MAX_TIMEOUT_SECONDS = 20;
/** Alpha is never below this, whatever the load. */
const MIN_ALPHA = 3;
const MAX_ALPHA = 10;
/** A network with this round trip has the latency factor 1: the goal for the latency of a request (facts, section 1). */
const USUAL_ROUND_TRIP_MS = 100;
/** Bounds of the latency factor, so that one odd measurement does not decide. */
const MIN_LATENCY_FACTOR = 0.5;
const MAX_LATENCY_FACTOR = 2;

/** What a node knows of its network and of itself. */
export interface Conditions {
  /** Nodes of the network, the own one too. */
  nodes: number;
  /** Share of the allowed requests in flight that is in use, 0-1. */
  load: number;
  /** Smoothed round trip; undefined before the first answer. */
  roundTripMs: number | undefined;
}

export type Adapted = Pick<Parameters, 'alpha' | 'k' | 'timeoutMs'> & { refreshSeconds: number };

/**
 * The parameters of a node: its row, with alpha lowered under load and the time-out scaled by size and latency.
 *
 * The time-out is the ceiling of the wait for one answer: the wait itself comes from the round trips.
 * Source: facts, section 4.
 */
export function adapt(row: ParameterRow, { nodes, load, roundTripMs }: Conditions): Adapted {
  return {
    alpha: alphaOf(row, nodes, load),
    k: row.k,
    timeoutMs: 1000 * timeoutSecondsOf(row, nodes, roundTripMs),
    refreshSeconds: row.refreshSeconds,
  };
}

function alphaOf(row: ParameterRow, nodes: number, load: number): number {
  const unloaded = Math.round(row.alpha * (1 - within(load, 0, 1)));
  const cap = Math.min(MAX_ALPHA, Math.ceil(Math.log2(Math.max(2, nodes))));
  return Math.max(MIN_ALPHA, Math.min(unloaded, cap));
}

function timeoutSecondsOf(row: ParameterRow, nodes: number, roundTripMs = USUAL_ROUND_TRIP_MS): number {
  const latency = within(roundTripMs / USUAL_ROUND_TRIP_MS, MIN_LATENCY_FACTOR, MAX_LATENCY_FACTOR);
  const seconds = ((row.timeoutSeconds * Math.log2(Math.max(2, nodes))) / 8) * latency;
  return within(seconds, MIN_TIMEOUT_SECONDS, Math.min(MAX_TIMEOUT_SECONDS, row.timeoutSeconds));
}

function within(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
