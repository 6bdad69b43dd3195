import { expect } from 'chai';
import fc from 'fast-check';
import { Candidate, createSelection, SeededRandom, type SelectionStrategy } from '../../src/index.js';

const strategies = ['round_robin', 'least_loaded', 'priority', 'random'] as const;
const PER_SECOND = 1_000_000;
const SHORT_RUNS = 12;
const SELECTIONS = 100_000;

/** A whole hierarchy: 4 super, 16 regional and 64 local nodes. */
const tier = (count: number) =>
  Array.from({ length: count }, (_, index) => new Candidate(`10.0.0.1:${index + 1}`));
const selectionOf = (strategy: SelectionStrategy, candidates: readonly Candidate[]) =>
  createSelection(strategy, candidates, new SeededRandom(1));

function countsOf(
  strategy: SelectionStrategy,
  candidates: readonly Candidate[],
  selections: number,
): number[] {
  const selection = selectionOf(strategy, candidates);
  const counts = new Map(candidates.map((candidate) => [candidate, 0]));
  for (let i = 0; i < selections; i++) {
    const selected = selection.select() as Candidate;
    counts.set(selected, (counts.get(selected) as number) + 1);
  }
  return [...counts.values()];
}

describe('createSelection', () => {
  for (const strategy of strategies) {
    it(`${strategy}: a million selections a second of 84 candidates`, () => {
      let best = 0;
      for (let run = 0; run < SHORT_RUNS && best < PER_SECOND; run++) {
        const selection = selectionOf(strategy, tier(84));
        const startedAtMs = performance.now();
        for (let i = 0; i < SELECTIONS; i++) selection.select();
        best = Math.max(best, SELECTIONS / ((performance.now() - startedAtMs) / 1000));
      }
      expect(best).to.be.at.least(PER_SECOND);
    });
  }

  for (const strategy of ['round_robin', 'least_loaded'] as const) {
    it(`${strategy}: spreads evenly within 5 %`, () => {
      const counts = countsOf(strategy, tier(84), 84_000 + 17);
      expect(Math.min(...counts)).to.be.at.least(950);
      expect(Math.max(...counts)).to.be.at.most(1050);
    });
  }

  it('random: reaches all, about alike', () => {
    const counts = countsOf('random', tier(84), 84_000);
    expect(Math.min(...counts)).to.be.above(800);
    expect(Math.max(...counts)).to.be.below(1200);
  });

  it('priority: takes the first healthy one', () => {
    const candidates = tier(3);
    const selection = selectionOf('priority', candidates);
    expect(selection.select()).to.equal(candidates[0]);
    (candidates[0] as Candidate).healthy = false;
    selection.update(candidates[0] as Candidate);
    expect(selection.select()).to.equal(candidates[1]);
  });

  it('least_loaded: fills what has room before what is full, by share of the capacity', () => {
    const candidates = tier(2) as [Candidate, Candidate];
    Object.assign(candidates[0], { load: 40, capacity: 50 });
    Object.assign(candidates[1], { load: 100, capacity: 250 });
    const selection = selectionOf('least_loaded', candidates);
    const picked = Array.from({ length: 100 }, () => selection.select());
    expect(picked.every((candidate) => candidate === candidates[1])).to.equal(true);
    candidates[1].load = 249;
    selection.update(candidates[1]);
    expect(selection.select()).to.equal(candidates[0]);
  });

  it('never selects an unhealthy one, and every healthy one in its turn', () => {
    const change = fc.record({ index: fc.nat(11), healthy: fc.boolean(), load: fc.nat(60) });
    fc.assert(
      fc.property(
        fc.constantFrom(...strategies),
        fc.array(change, { maxLength: 30 }),
        (strategy, changes) => {
          const candidates = tier(12);
          const selection = selectionOf(strategy, candidates);
          for (const { index, healthy, load } of changes) {
            const candidate = candidates[index] as Candidate;
            Object.assign(candidate, { healthy, load });
            selection.update(candidate);
            const selected = selection.select();
            const open = candidates.filter((each) => each.healthy);
            if (open.length === 0) expect(selected).to.equal(undefined);
            else expect(open).to.include(selected);
            if (strategy !== 'least_loaded' || !selected) continue;
            expect(selected.load - 1).to.equal(
              Math.min(...open.map((each) => (each === selected ? each.load - 1 : each.load))),
            );
          }
          const open = candidates.filter((each) => each.healthy);
          if (strategy !== 'round_robin' || open.length === 0) return;
          const round = open.map(() => selection.select());
          expect(new Set(round).size).to.equal(open.length);
        },
      ),
    );
  });

  it('forgets who was removed and takes who was added', () => {
    for (const strategy of strategies) {
      const [first, second, third] = tier(3) as [Candidate, Candidate, Candidate];
      const selection = selectionOf(strategy, [first, second]);
      selection.remove(first);
      selection.remove(second);
      expect(selection.select(), strategy).to.equal(undefined);
      selection.add(third);
      expect(selection.select(), strategy).to.equal(third);
    }
  });
});
