import { nodesOf as nodesInHost, tiersOf } from '@cqkd/node/control';
import { expect } from 'chai';
import fc from 'fast-check';
import { planChange } from '../../plan/diff.js';
import type { Plan } from '../../plan/plan.js';
import { bootstrapTiers } from '../../plan/tiers.js';
import { machine, nodesOf, planOf } from '../support/plan-input.js';

const workers = fc.integer({ min: 1, max: 3000 });
const topology = fc.constantFrom('auto' as const, 'flat' as const);
const cores = fc.constantFrom(1, 2, 8, 64);

function checkPlaces(plan: Plan): void {
  const nodes = nodesOf(plan);
  const places = nodes.map((node) => node.place);
  expect(new Set(places).size).to.equal(places.length);
  expect(new Set(nodes.map((node) => node.name)).size).to.equal(nodes.length);
  expect(nodes.length).to.equal(plan.nodes);
  const bootstraps = new Set(
    nodes.filter((node) => !['worker', 'endpoint'].includes(node.tier)).map((node) => node.place),
  );
  const firsts = ['sb-primary', 'bootstrap-primary'];
  const wrong = nodes.filter(
    ({ candidates, place, name }) =>
      (candidates.length === 0 && !firsts.includes(name)) ||
      candidates.includes(place) ||
      new Set(candidates).size < candidates.length ||
      candidates.some((candidate) => !bootstraps.has(candidate)),
  );
  expect(wrong).to.deep.equal([]);
}

/** Children of each bootstrap node, by its place. */
function loads(plan: Plan, tier?: string): Map<string, number> {
  const load = new Map<string, number>();
  for (const node of nodesOf(plan)) {
    if (tier !== undefined && node.tier !== tier) continue;
    // A super node does not hang from another one: it only meets it.
    const [parent] = node.tier === 'super' ? [] : node.candidates;
    if (parent) load.set(parent, (load.get(parent) ?? 0) + 1);
  }
  return load;
}

function checkCapacities(plan: Plan): void {
  if (plan.topology !== 'tiered') return;
  const tierOf = new Map(nodesOf(plan).map((node) => [node.place, node.tier]));
  for (const [place, load] of loads(plan)) {
    const tier = tierOf.get(place) as keyof typeof bootstrapTiers;
    expect(load, `${tier} ${place}`).to.be.at.most(bootstrapTiers[tier].connections);
  }
}

describe('every plan', () => {
  it('puts each node on a place of its own, with candidates that exist', () => {
    fc.assert(
      fc.property(workers, topology, cores, (count, choice, coreCount) => {
        checkPlaces(planOf(count, { topology: choice, machine: { ...machine, cores: coreCount } }));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps within the capacities', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9118 }), (count) => checkCapacities(planOf(count))),
      { numRuns: 30 },
    );
  });

  it('spreads the workers evenly over the lowest tier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), topology, (count, choice) => {
        const plan = planOf(count, { topology: choice });
        const all = [...loads(plan, 'worker').values()];
        expect(Math.max(...all) - Math.min(...all)).to.be.at.most(1);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same for the same input, and survives JSON', () => {
    fc.assert(
      fc.property(workers, topology, (count, choice) => {
        const plan = planOf(count, { topology: choice });
        expect(planOf(count, { topology: choice })).to.deep.equal(plan);
        expect(JSON.parse(JSON.stringify(plan))).to.deep.equal(plan);
      }),
      { numRuns: 20 },
    );
  });

  it('gives each super node a host of its own, and no host more than a thousand nodes', () => {
    fc.assert(
      fc.property(workers, cores, (count, coreCount) => {
        const plan = planOf(count, { machine: { ...machine, cores: coreCount } });
        for (const host of plan.hosts) expect(nodesInHost(host).length).to.be.within(1, 1000);
        expect(new Set(plan.hosts.map((host) => host.name)).size).to.equal(plan.hosts.length);
        const supers = plan.hosts.filter((host) => tiersOf(host).includes('super'));
        expect(supers.map((host) => nodesInHost(host).length)).to.deep.equal(supers.map(() => 1));
      }),
      { numRuns: 40 },
    );
  });
});

describe('every scaling', () => {
  it('leaves workers that stay where they are, as long as their region exists', () => {
    fc.assert(
      fc.property(workers, workers, topology, (from, to, choice) => {
        const before = planOf(from, { topology: choice });
        const after = planOf(to, { topology: choice, previous: before });
        checkPlaces(after);
        checkCapacities(after);
        const regions = new Set(nodesOf(after).map((node) => node.region));
        const now = new Map(nodesOf(after).map((node) => [node.name, node]));
        const movedWithoutNeed = nodesOf(before).filter((node) => {
          const moved = now.get(node.name);
          if (!moved || node.tier !== 'worker' || !regions.has(node.region)) return false;
          return moved.host !== node.host || moved.place !== node.place || moved.region !== node.region;
        });
        expect(movedWithoutNeed).to.deep.equal([]);
      }),
      { numRuns: 60 },
    );
  });

  it('goes there and back in several steps', () => {
    fc.assert(
      fc.property(fc.array(workers, { minLength: 2, maxLength: 5 }), (sizes) => {
        let plan: Plan | undefined;
        for (const size of sizes) {
          plan = planOf(size, plan ? { previous: plan } : {});
          checkPlaces(plan);
          checkCapacities(plan);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('changes nothing when the size stays', () => {
    const before = planOf(300);
    const change = planChange(before, planOf(300, { previous: before }));
    expect(change).to.deep.equal({ added: [], changed: [], removed: [] });
  });

  it('ends workers first and super nodes last', () => {
    const before = planOf(1000, { density: 100 });
    const { removed } = planChange(before, planOf(15, { density: 100, previous: before }));
    const tiers = [...new Set(removed.flatMap(tiersOf))];
    expect(tiers).to.deep.equal(['worker', 'local', 'regional', 'super']);
  });
});
