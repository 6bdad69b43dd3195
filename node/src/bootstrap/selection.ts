import type { RandomSource } from '../kademlia/components.js';
import type { Settings } from '../settings.js';
import type { Candidate } from './candidates.js';

export type SelectionStrategy = Settings['bootstrap_selection_strategy'];

/** Capacity that a candidate counts with before it has told its own. Source: facts, section 2 (local node). */
const ASSUMED_CAPACITY = 50;

/** Picks among candidates; those that are not healthy are never picked. */
export interface Selection {
  /** @returns undefined when none is left */
  select(): Candidate | undefined;
  /** The health or the load of a candidate has changed. */
  update(candidate: Candidate): void;
  add(candidate: Candidate): void;
  remove(candidate: Candidate): void;
}

/** @param candidates in order of priority */
export function createSelection(
  strategy: SelectionStrategy,
  candidates: readonly Candidate[],
  random: RandomSource,
): Selection {
  switch (strategy) {
    case 'round_robin':
      return new RoundRobin(candidates, random);
    case 'least_loaded':
      return new LeastLoaded(candidates, random);
    case 'priority':
      return new Priority(candidates);
    case 'random':
      return new Random(candidates, random);
  }
}

/** Keeps the healthy ones dense, so that a selection never looks at another. */
abstract class HealthySelection implements Selection {
  readonly #members: Candidate[];
  protected healthy: Candidate[];

  constructor(candidates: readonly Candidate[]) {
    this.#members = [...candidates];
    this.healthy = this.#members.filter((candidate) => candidate.healthy);
  }

  abstract select(): Candidate | undefined;

  update(candidate: Candidate): void {
    if (candidate.healthy !== this.healthy.includes(candidate)) this.changed();
  }

  add(candidate: Candidate): void {
    if (this.#members.includes(candidate)) return;
    this.#members.push(candidate);
    this.changed();
  }

  remove(candidate: Candidate): void {
    const index = this.#members.indexOf(candidate);
    if (index < 0) return;
    this.#members.splice(index, 1);
    this.changed();
  }

  protected changed(): void {
    this.healthy = this.#members.filter((candidate) => candidate.healthy);
  }
}

class RoundRobin extends HealthySelection {
  #next: number;

  constructor(candidates: readonly Candidate[], random: RandomSource) {
    super(candidates);
    // Nodes that choose at the same time begin at different places.
    this.#next = Math.floor(random.float() * candidates.length);
  }

  select(): Candidate | undefined {
    const { healthy } = this;
    if (this.#next >= healthy.length) this.#next = 0;
    return healthy[this.#next++];
  }
}

class Priority extends HealthySelection {
  select(): Candidate | undefined {
    return this.healthy[0];
  }
}

class Random extends HealthySelection {
  readonly #random: RandomSource;

  constructor(candidates: readonly Candidate[], random: RandomSource) {
    super(candidates);
    this.#random = random;
  }

  select(): Candidate | undefined {
    const { healthy } = this;
    return healthy[Math.floor(this.#random.float() * healthy.length)];
  }
}

interface HeapEntry {
  candidate: Candidate;
  /** Share of its capacity that is in use. */
  share: number;
  /** Among equals the one that was picked longest ago comes first. */
  turn: number;
}

/** A binary heap by load: each pick counts as one more node until the candidate tells its load. */
class LeastLoaded extends HealthySelection {
  readonly #random: RandomSource;
  #heap: HeapEntry[] = [];
  #turn = 0;

  constructor(candidates: readonly Candidate[], random: RandomSource) {
    super(candidates);
    this.#random = random;
    this.#build();
  }

  select(): Candidate | undefined {
    const first = this.#heap[0];
    if (!first) return undefined;
    first.candidate.load++;
    first.share = shareOf(first.candidate);
    first.turn = ++this.#turn;
    this.#sink(first, 0);
    return first.candidate;
  }

  override update(candidate: Candidate): void {
    super.update(candidate);
    const index = this.#heap.findIndex((entry) => entry.candidate === candidate);
    const entry = this.#heap[index];
    if (!entry) return;
    entry.share = shareOf(candidate);
    this.#rise(entry, index);
    this.#sink(entry, this.#heap.indexOf(entry));
  }

  protected override changed(): void {
    super.changed();
    this.#build();
  }

  #build(): void {
    // Turns below all that follow, in random order.
    this.#heap = this.healthy.map((candidate) => ({
      candidate,
      share: shareOf(candidate),
      turn: -this.#random.float(),
    }));
    this.#heap.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #rise(entry: HeapEntry, from: number): void {
    const heap = this.#heap;
    let i = from;
    while (i > 0) {
      const above = (i - 1) >> 1;
      if (!isBefore(entry, heap[above] as HeapEntry)) break;
      heap[i] = heap[above] as HeapEntry;
      i = above;
    }
    heap[i] = entry;
  }

  #sink(entry: HeapEntry, from: number): void {
    const heap = this.#heap;
    const { length } = heap;
    let i = from;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= length) break;
      if (below + 1 < length && isBefore(heap[below + 1] as HeapEntry, heap[below] as HeapEntry)) below++;
      if (!isBefore(heap[below] as HeapEntry, entry)) break;
      heap[i] = heap[below] as HeapEntry;
      i = below;
    }
    heap[i] = entry;
  }
}

function isBefore(a: HeapEntry, b: HeapEntry): boolean {
  return a.share < b.share || (a.share === b.share && a.turn < b.turn);
}

function shareOf({ load, capacity }: Candidate): number {
  return load / (capacity > 0 ? capacity : ASSUMED_CAPACITY);
}
