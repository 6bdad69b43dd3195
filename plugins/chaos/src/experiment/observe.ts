import type { CoordinatorClient } from '@cqkd/harness';
import { type Cut, gateway, isOpen } from '../partition/cut.js';
import type { During, Proof, SideDuring, SteadyState } from './results.js';

/** Lookups and values of one look at a side. */
const lookups = 60;
const values = 20;
/** A cut that does not show in so many looks is not on. */
const proofAttempts = 3;

export async function steadyStateOf(
  client: CoordinatorClient,
  seed: number,
  signal: AbortSignal,
): Promise<SteadyState> {
  const { state } = await client.network(signal, { nodes: false });
  const { recall } = await client.lookup({ count: 100, seed }, signal);
  const { weakComponents } = await client.routing(signal);
  return { state, recall, islands: weakComponents };
}

/** Looks whether a cut is on: each side pings each, and what is answered is held against what was meant. */
export async function prove(client: CoordinatorClient, cut: Cut, signal: AbortSignal): Promise<Proof> {
  const sinceMs = performance.now();
  const sides = cut.sides.map(({ name }) => name);
  // A ping and its answer need both ways.
  const intended = sides.map((_, from) => sides.map((__, to) => isOpen(cut, from, to)));
  const groups = cut.sides.map(({ nodes }) => nodes);
  let actual: number[][] = [];
  let proven = false;
  for (let attempt = 0; attempt < proofAttempts && !proven; attempt++) {
    actual = (await client.reachability(signal, { groups })).matrix;
    proven = intended.every((row, from) => row.every((open, to) => (actual[from]?.[to] ?? 0) > 0 === open));
  }
  return { proven, sides, intended, actual, seconds: (performance.now() - sinceMs) / 1000 };
}

/** Measures each side by itself, again and again. @param untilMs on the monotonic clock */
export async function observe(
  client: CoordinatorClient,
  cut: Cut,
  { seed, untilMs, signal }: { seed: number; untilMs: number; signal: AbortSignal },
): Promise<During> {
  const sinceMs = performance.now();
  const total = cut.sides.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const recalls: number[][] = cut.sides.map(() => []);
  const stores: number[][] = cut.sides.map(() => []);
  let round = 0;
  do {
    for (const [index, side] of cut.sides.entries()) {
      const among = reachOf(cut, index);
      const { recall } = await client.lookup(
        { count: lookups, by: side.nodes, among, seed: seed + round },
        signal,
      );
      recalls[index]?.push(recall);
      const stored = await client.store({ count: values, among: side.nodes, seed: seed + round }, signal);
      stores[index]?.push(stored.successPercent);
    }
    round++;
  } while (performance.now() < untilMs);
  const sides = cut.sides.map(
    ({ name, nodes }, index): SideDuring => ({
      name,
      nodes: nodes.length,
      share: nodes.length / total,
      samples: round,
      recall: mean(recalls[index]),
      storePercent: mean(stores[index]),
    }),
  );
  return { seconds: (performance.now() - sinceMs) / 1000, sides };
}

/** Nodes that a side can speak with. */
function reachOf(cut: Cut, index: number): string[] {
  const open = cut.sides.map((_, other) => other === index || isOpen(cut, index, other));
  return [
    ...cut.sides.flatMap(({ nodes }, other) => (open[other] ? nodes : [])),
    ...(open[0] ? [gateway] : []),
  ];
}

function mean(values: readonly number[] = []): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
