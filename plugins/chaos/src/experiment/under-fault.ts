import type { FaultEffects } from '@cqkd/node/control';
import { type Deeds, isAllOn } from '../actions/deeds.js';
import { actionId } from '../actions/means.js';
import type { FaultPlan } from '../faults/fault-plan.js';
import type { KeptValues } from './kept-values.js';
import { type Observed, observe } from './observe.js';
import type { ExperimentOptions } from './options.js';
import { proveCount, proveEffects, proveReachability } from './prove.js';
import type { During, Proof } from './results.js';
import type { TimelineRecorder } from './timeline.js';

/** What was seen while a fault was on. */
export interface Seen {
  proof: Proof;
  during: During;
  /** Whether it was still on when its time was over. */
  lasted: boolean;
}

export interface UnderFault {
  plan: FaultPlan;
  deeds: Deeds;
  kept: KeptValues;
  timeline: TimelineRecorder;
  onStep: (id: string, title: string) => void;
  options: ExperimentOptions;
}

/** Proves that a fault is on, and measures the network as long as it lasts. */
export async function watchFault(under: UnderFault): Promise<Seen> {
  const { plan, deeds, kept, timeline, onStep, options } = under;
  const { client, signal } = deeds.patient;
  const sinceMs = performance.now();
  const untilMs = sinceMs + options.forSeconds * 1000;
  onStep('proof', 'proof that it is on');
  const early = plan.proof.by === 'reachability' ? await proveReachability(client, plan, signal) : null;
  onStep('during', 'what each side does');
  await options.meanwhile?.({ client, plan, signal });
  const observed = await observe(client, plan, { seed: options.seed, untilMs, timeline, signal });
  // Last of all: by now each side knows who is gone.
  if (plan.deaf.length > 0) await kept.writeOnSides(plan.sides, signal);
  const proof = early ?? (await lateProof(under, observed, (performance.now() - sinceMs) / 1000));
  return { proof, during: observed.during, lasted: await isAllOn(deeds) };
}

/** By what the fault has done until now. */
async function lateProof(
  { plan, deeds }: UnderFault,
  { inFlight }: Observed,
  seconds: number,
): Promise<Proof> {
  const { client, signal } = deeds.patient;
  switch (plan.proof.by) {
    case 'effects':
      return proveEffects(plan.proof.ranges, { effects: await effectsOf(deeds), seconds, plan });
    case 'workers': {
      const { tiers } = await client.network(signal, { nodes: false });
      return proveCount('workers', plan.proof.count, tiers.worker?.joined ?? 0);
    }
    case 'operations':
      return proveCount('operations', plan.proof.count, inFlight);
    case 'reachability':
      return proveReachability(client, plan, signal);
  }
}

/** Of all parts that the nodes do; null when it is not on any more. */
async function effectsOf({ id, actions, patient: { client, signal } }: Deeds): Promise<FaultEffects | null> {
  let sum: FaultEffects | null = null;
  for (const [index, { by }] of actions.entries()) {
    if (by !== 'node') continue;
    const view = await client.fault(actionId(id, index), signal);
    if (view) sum = sum ? added(sum, view.effects) : view.effects;
  }
  return sum;
}

function added(one: FaultEffects, other: FaultEffects): FaultEffects {
  const names = Object.keys(one) as (keyof FaultEffects)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as unknown as FaultEffects;
}
