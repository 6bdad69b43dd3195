import { type CoordinatorClient, CoordinatorError } from '@cqkd/harness';
import type { FaultPlan, Side } from '../faults/fault-plan.js';
import { isOpen } from '../partition/cut.js';
import { gateway } from '../picture.js';
import type { During, Newcomer, SideDuring } from './results.js';
import type { TimelineRecorder } from './timeline.js';

/** Lookups and values of one look at a side: few, since who asks the dead waits, and then often. */
const lookups = 24;
const values = 10;
/** Of each, at a time. */
const concurrency = 12;
/** Of many sides only the first ones are looked at. */
const mostSides = 12;
/** Under a load that is to be kept up, so many operations follow one another: the first and the last are not all at a time. */
const loadRounds = 4;
/** A newcomer comes in so many rounds. */
const roundsPerNewcomer = 4;

export interface ObserveOptions {
  seed: number;
  /** On the monotonic clock. */
  untilMs: number;
  timeline: TimelineRecorder;
  signal: AbortSignal;
}

/** What was observed, and how many lookups were under way at a time, by their rate and length. */
export interface Observed {
  during: During;
  inFlight: number;
}

interface Figures {
  recall: number | null;
  storePercent: number | null;
}

/** Measures each side by itself, again and again, until the time is over. */
export async function observe(
  client: CoordinatorClient,
  plan: FaultPlan,
  { seed, untilMs, timeline, signal }: ObserveOptions,
): Promise<Observed> {
  const sinceMs = performance.now();
  const sides = plan.sides.filter(({ mute }) => !mute).slice(0, mostSides);
  const looks: Figures[][] = sides.map(() => []);
  const newcomers: Newcomer[] = [];
  let orphanedWorkers = 0;
  let inFlight = 0;
  let round = 0;
  do {
    for (const [index, side] of sides.entries()) {
      const look = await lookAt(client, plan, side, seed + round, signal);
      inFlight = Math.max(inFlight, look.inFlight);
      const { recall, storePercent } = look;
      looks[index]?.push({ recall, storePercent });
      timeline.sample('during', side.name, { recall, storePercent });
    }
    const { bootstrap } = await client.network(signal, { nodes: false });
    orphanedWorkers = Math.max(orphanedWorkers, bootstrap.workers.orphaned);
    if (round % roundsPerNewcomer === 0) newcomers.push(await newcomer(client, plan, signal));
    round++;
  } while (performance.now() < untilMs);
  const total = plan.sides.reduce((sum, { nodes }) => sum + nodes.length, 0);
  return {
    inFlight,
    during: {
      seconds: (performance.now() - sinceMs) / 1000,
      sides: sides.map((side, index) => summary(side, total, looks[index] ?? [])),
      orphanedWorkers,
      newcomers,
      acrossEntries: plan.deaf.length > 0 ? await entriesAcross(client, plan, signal) : null,
    },
  };
}

async function lookAt(
  client: CoordinatorClient,
  plan: FaultPlan,
  side: Side,
  seed: number,
  signal: AbortSignal,
): Promise<Figures & { inFlight: number }> {
  const load = plan.actions.find((action) => action.by === 'load')?.operations;
  const among = reachOf(plan, side);
  const measured = await orNull(
    client.lookup(
      {
        count: load === undefined ? lookups : loadRounds * load,
        concurrency: load ?? concurrency,
        by: side.nodes,
        ...(among && { among }),
        seed,
      },
      signal,
    ),
  );
  const stored = await orNull(client.store({ count: values, concurrency, among: side.nodes, seed }, signal));
  return {
    recall: measured?.recall ?? null,
    storePercent: stored?.successPercent ?? null,
    inFlight: measured ? (measured.lookups / measured.seconds) * (measured.latencyMs.p50 / 1000) : 0,
  };
}

/** Nodes that a side can speak with; undefined = all that are alive. */
function reachOf(plan: FaultPlan, side: Side): string[] | undefined {
  const { sides, deaf } = plan;
  if (deaf.length === 0 && !sides.some(({ mute }) => mute)) return undefined;
  const at = sides.indexOf(side);
  const open = sides.map((_, other) => other === at || isOpen(plan, at, other));
  return [...sides.flatMap(({ nodes }, other) => (open[other] ? nodes : [])), ...(open[0] ? [gateway] : [])];
}

/** It stands on the first side, as the coordinator does. */
async function newcomer(client: CoordinatorClient, plan: FaultPlan, signal: AbortSignal): Promise<Newcomer> {
  const sinceMs = performance.now();
  const [first] = plan.sides;
  const among = first && reachOf(plan, first);
  const found = await orNull(client.discovery(signal, among ? { among } : {}));
  return {
    joined: found !== null,
    discoveryPercent: found?.successPercent ?? null,
    seconds: (performance.now() - sinceMs) / 1000,
  };
}

async function entriesAcross(
  client: CoordinatorClient,
  { sides }: FaultPlan,
  signal: AbortSignal,
): Promise<number | null> {
  const found = await orNull(
    client.routing(
      signal,
      sides.map(({ nodes }) => nodes),
    ),
  );
  return found?.acrossEntries ?? null;
}

/** What can't be measured is not known: nobody of a side may be left. A coordinator that is gone is another thing. */
async function orNull<T>(measuring: Promise<T>): Promise<T | null> {
  try {
    return await measuring;
  } catch (error) {
    if (error instanceof CoordinatorError && error.status !== null) return null;
    throw error;
  }
}

function summary({ name, nodes }: Side, total: number, looks: readonly Figures[]): SideDuring {
  return {
    name,
    nodes: nodes.length,
    share: nodes.length / total,
    samples: looks.length,
    recall: mean(looks.map(({ recall }) => recall)),
    storePercent: mean(looks.map(({ storePercent }) => storePercent)),
  };
}

/** Null when one of them is. */
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
