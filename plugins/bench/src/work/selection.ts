import { Candidate, createSelection, SeededRandom, type SelectionStrategy } from '@cqkd/node';
import { rate } from './rate.js';
import type { Work, WorkParameters } from './work.js';

export const strategies = ['round_robin', 'least_loaded', 'priority', 'random'] as const;

/** How long each strategy is tried in a round. Milliseconds. */
const spanMs = 15;
/** Workers to one bootstrap node, and the fewest of those. */
const workersPerCandidate = 10;
const fewestCandidates = 4;
/** One selection in so many is followed by news of a candidate's load. */
const selectionsPerNews = 16;

/** Choosing among bootstrap nodes, one strategy after the other. */
export async function open({ nodes, seed }: WorkParameters): Promise<Work> {
  const count = Math.max(fewestCandidates, Math.round(nodes / workersPerCandidate));
  const choosers = strategies.map((strategy) => [strategy, chooser(strategy, count, seed)] as const);
  return {
    warmUps: 3,
    round: async () => {
      const rates = choosers.map(([id, choose]) => [id, rate(choose, spanMs)] as const);
      return { values: { ...Object.fromEntries(rates), crowding: crowding(count, nodes, seed) } };
    },
    close: () => {},
  };
}

function candidatesOf(count: number): Candidate[] {
  return Array.from({ length: count }, (_, index) => new Candidate(`127.0.0.1:${6000 + index}`));
}

function chooser(strategy: SelectionStrategy, count: number, seed: number): (index: number) => void {
  const selection = createSelection(strategy, candidatesOf(count), new SeededRandom(seed));
  return (index) => {
    const chosen = selection.select();
    if (!chosen || index % selectionsPerNews !== 0) return;
    chosen.load = index % 50;
    selection.update(chosen);
  };
}

/** Nodes on the fullest bootstrap node, as a multiple of the mean, when all have chosen the least loaded one. */
function crowding(count: number, nodes: number, seed: number): number {
  const candidates = candidatesOf(count);
  const selection = createSelection('least_loaded', candidates, new SeededRandom(seed));
  const chosen = new Map<Candidate, number>();
  for (let i = 0; i < nodes; i++) {
    const candidate = selection.select();
    if (candidate) chosen.set(candidate, (chosen.get(candidate) ?? 0) + 1);
  }
  return Math.max(...chosen.values()) / (nodes / count);
}
