import type { Action, Via } from '../actions/action.js';
import type { FaultPlan } from '../faults/fault-plan.js';
import type { ChaosResult } from './results.js';

/** What is known before anything is done. */
export function bareResult(known: {
  network: string;
  kind: string;
  seed: number;
  plan: FaultPlan;
  notes: string[];
}): ChaosResult {
  const { network, kind, seed, notes } = known;
  const { parameters, victims, sides, deaf, actions } = known.plan;
  const unknown = {
    steadyState: null,
    proof: null,
    during: null,
    recoverySeconds: null,
    mergedSeconds: null,
  };
  return {
    network,
    fault: kind,
    parameters,
    seed,
    via: viaOf(actions),
    targets: victims.nodes.length,
    victims,
    sides,
    deaf,
    ...unknown,
    recall: null,
    islands: null,
    orphans: null,
    lostKeys: null,
    missing: [],
    verdict: null,
    reasons: [],
    notes,
    timeline: { fault: null, recoveredAt: null, samples: [] },
    elapsedSeconds: 0,
  };
}

/** Each way once. */
export function viaOf(actions: readonly Action[]): Via[] {
  return [...new Set(actions.map(({ by }) => by))];
}
