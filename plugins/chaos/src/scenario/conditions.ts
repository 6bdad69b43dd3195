import { type CoordinatorClient, CoordinatorError } from '@cqkd/harness';
import type { LookupRequest, NetworkView, RoutingMeasurement, StoreRequest } from '@cqkd/node/control';
import * as z from 'zod/mini';
import type { Newcomer } from '../experiment/results.js';

/** Lookups and values of one look. */
const lookups = 100;
const values = 20;

const percent = z.optional(z.number().check(z.gte(0), z.lte(100)));
const count = z.optional(z.int().check(z.gte(0)));

/** What can be asked of a network. */
export const conditionsSchema = z.strictObject({
  /** What the coordinator calls it. */
  state: z.optional(z.enum(['starting', 'ready', 'degraded'])),
  /** Of lookups, at least. 0-1. */
  recall: z.optional(z.number().check(z.gte(0), z.lte(1))),
  /** Values written and read back, at least. Percent. */
  store: percent,
  /** Workers that a fresh node discovers, at least. Percent. */
  discovery: percent,
  /** Of the routing graph, at most. */
  islands: z.optional(z.int().check(z.gte(1))),
  /** Nodes that no routing table holds, at most. */
  orphans: count,
  /** Workers that have joined, at least. */
  workers: count,
  /** Bootstrap nodes that are well, at least. */
  bootstraps: count,
  /** Workers without a living bootstrap node, at most. */
  orphaned: count,
});

export type Conditions = z.infer<typeof conditionsSchema>;

/** One whole network whose lookups are right. */
export const steady: Conditions = { state: 'ready', recall: 0.99, islands: 1, orphans: 0 };

/** One condition, held against what was found. */
export interface Finding {
  what: keyof Conditions;
  wanted: string | number;
  found: string | number;
  holds: boolean;
}

/** The part of a network that the coordinator is in while a fault is on. Names of nodes. */
export interface Reach {
  /** Those on its own side. */
  own: readonly string[];
  /** Those that they can speak with, themselves too. */
  open: readonly string[];
}

export interface Look {
  client: CoordinatorClient;
  seed: number;
  /** Where a fault is on, what it leaves of the network; all where it is not given. */
  reach?: Reach | undefined;
  signal: AbortSignal;
}

/** Measures what is asked, and nothing else. */
export async function findingsOf(conditions: Conditions, look: Look): Promise<Finding[]> {
  const { client, seed, signal, reach } = look;
  const found: Finding[] = [];
  const add = (what: keyof Conditions, value: number | string, holds: (wanted: never) => boolean) =>
    found.push({
      what,
      wanted: conditions[what] ?? '',
      found: value,
      holds: holds(conditions[what] as never),
    });
  const atLeast = (what: keyof Conditions, value: number) =>
    add(what, value, (wanted: number) => value >= wanted);
  const atMost = (what: keyof Conditions, value: number) =>
    add(what, value, (wanted: number) => value <= wanted);
  const asks = (...names: (keyof Conditions)[]) => names.some((name) => conditions[name] !== undefined);

  if (asks('state', 'workers', 'bootstraps', 'orphaned')) {
    const view = await client.network(signal, { nodes: false });
    if (asks('state')) add('state', view.state, (wanted: string) => view.state === wanted);
    if (asks('workers')) atLeast('workers', workersOf(view));
    if (asks('bootstraps')) atLeast('bootstraps', view.bootstrap.healthy);
    if (asks('orphaned')) atMost('orphaned', view.bootstrap.workers.orphaned);
  }
  if (asks('islands', 'orphans')) {
    const graph: RoutingMeasurement = await client.routing(signal);
    if (asks('islands')) atMost('islands', graph.weakComponents);
    if (asks('orphans')) atMost('orphans', graph.orphans.length);
  }
  if (asks('recall'))
    atLeast('recall', (await client.lookup({ count: lookups, seed, ...lookupsIn(reach) }, signal)).recall);
  if (asks('store'))
    atLeast(
      'store',
      (await client.store({ count: values, seed, ...valuesIn(reach) }, signal)).successPercent,
    );
  if (asks('discovery')) {
    const newcomer = await joinOnce(look);
    atLeast('discovery', newcomer.discoveryPercent ?? 0);
  }
  return found;
}

/** Who looks up what. */
export function lookupsIn(reach: Reach | undefined): Pick<LookupRequest, 'by' | 'among'> {
  return reach ? { by: [...reach.own], among: [...reach.open] } : {};
}

/** Who writes and reads. */
export function valuesIn(reach: Reach | undefined): Pick<StoreRequest, 'among'> {
  return reach ? { among: [...reach.own] } : {};
}

/** Workers that have joined. */
export function workersOf({ tiers }: Pick<NetworkView, 'tiers'>): number {
  return tiers.worker?.joined ?? 0;
}

/** One fresh node that joins as every newcomer does, and then looks for the workers. */
export async function joinOnce({ client, reach, signal }: Look): Promise<Newcomer> {
  const sinceMs = performance.now();
  try {
    const { successPercent } = await client.discovery(signal, reach && { among: [...reach.open] });
    return { joined: true, discoveryPercent: successPercent, seconds: (performance.now() - sinceMs) / 1000 };
  } catch (error) {
    // The coordinator is well, and says that the node did not get in.
    if (!(error instanceof CoordinatorError) || error.status !== 503) throw error;
    return { joined: false, discoveryPercent: null, seconds: (performance.now() - sinceMs) / 1000 };
  }
}
