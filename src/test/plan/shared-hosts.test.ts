import { nodesOf as nodesInHost, tiersOf } from '@cqkd/node/control';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Plan, PlanInput } from '../../plan/plan.js';
import { sharedHostCount } from '../../plan/shared-hosts.js';
import { machine, nodesOf, planOf } from '../support/plan-input.js';

const sizes = fc.integer({ min: 1, max: 2500 });
const cores = fc.constantFrom(1, 2, 3, 8);
const onCores = (workers: number, count: number, input: Partial<PlanInput> = {}) =>
  planOf(workers, { machine: { ...machine, cores: count }, ...input });
const inSubnet = { ground: { kind: 'subnet', cidr: '172.20.0.0/16' } } as const;

/** Nodes of a tier on each of the hosts that are shared. */
function spreadOf(plan: Plan, tier: string): number[] {
  const shared = plan.hosts.filter((host) => host.name.startsWith('shared-'));
  return shared.map((host) =>
    host.groups.reduce((sum, group) => sum + (group.tier === tier ? group.nodes.length : 0), 0),
  );
}

const difference = (numbers: readonly number[]) => Math.max(...numbers) - Math.min(...numbers);

/** Host of each node but the super nodes. */
function hostsOf(plan: Plan): Map<string, string> {
  const sharing = nodesOf(plan).filter((node) => node.tier !== 'super');
  return new Map(sharing.map(({ name, host }) => [name, host]));
}

describe('the number of shared hosts', () => {
  it('is that of the cores as a power of two, as long as there are enough nodes', () => {
    const counts = [1, 2, 3, 4, 7, 8, 64].map((count) => sharedHostCount(1000, count, 1));
    expect(counts).to.deep.equal([1, 2, 2, 4, 4, 8, 8]);
    const few = [1, 99, 199, 200, 399, 400, 800].map((nodes) => sharedHostCount(nodes, 64, 1));
    expect(few).to.deep.equal([1, 1, 1, 2, 2, 4, 8]);
  });

  it('is larger where it must be, whatever the cores', () => {
    expect([1000, 1001, 2000, 2001, 5000].map((nodes) => sharedHostCount(nodes, 1, 1))).to.deep.equal([
      1, 2, 2, 4, 8,
    ]);
    expect(sharedHostCount(50, 1, 2)).to.equal(2);
    expect(sharedHostCount(50, 8, 40)).to.equal(40);
  });
});

describe('hosts that nodes share', () => {
  it('have as many workers each, give or take one, in a new plan', () => {
    fc.assert(
      fc.property(sizes, cores, fc.constantFrom('flat', 'tiered'), (workers, count, topology) => {
        const plan = onCores(workers, count, { topology });
        const spread = spreadOf(plan, 'worker');
        expect(spread.reduce((sum, each) => sum + each, 0)).to.equal(workers);
        expect(difference(spread)).to.be.at.most(1);
      }),
      { numRuns: 40 },
    );
  });

  it('have as many bootstrap nodes of each tier each, give or take one, in a new plan', () => {
    for (const workers of [60, 300, 1000, 2500])
      for (const count of [1, 2, 8])
        for (const tier of ['regional', 'local', 'endpoint'])
          expect(difference(spreadOf(onCores(workers, count), tier)), `${tier}, ${workers}`).to.be.at.most(1);
  });

  it('have all nodes but the super nodes, which are alone', () => {
    for (const host of onCores(1000, 4).hosts) {
      const isShared = host.name.startsWith('shared-');
      expect(tiersOf(host).includes('super'), host.name).to.equal(!isShared);
      if (!isShared) expect(nodesInHost(host).length, host.name).to.equal(1);
    }
  });

  it('keep their nodes when the network grows and shrinks, however often', () => {
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 2, maxLength: 4 }), cores, (steps, count) => {
        let before: Plan | undefined;
        for (const workers of steps) {
          const plan = onCores(workers, count, before && { previous: before });
          expect(nodesOf(plan).length).to.equal(plan.nodes);
          const now = hostsOf(plan);
          const moved = [...(before ? hostsOf(before) : [])].filter(
            ([name, host]) => (now.get(name) ?? host) !== host,
          );
          expect(moved).to.deep.equal([]);
          before = plan;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keep their nodes on a machine with fewer or more cores', () => {
    const before = onCores(1000, 4);
    for (const count of [1, 2, 16]) {
      const after = onCores(1000, count, { previous: before });
      expect(hostsOf(after)).to.deep.equal(hostsOf(before));
    }
  });

  it('fill up where there is most room when the network grows', () => {
    const before = onCores(300, 2);
    const half = onCores(150, 2, { previous: before });
    const grown = onCores(1000, 2, { previous: half });
    expect(difference(spreadOf(grown, 'worker'))).to.be.at.most(1);
    const wider = onCores(1000, 4, { previous: onCores(200, 1) });
    expect(spreadOf(wider, 'worker').length).to.equal(4);
    expect(difference(spreadOf(wider, 'worker'))).to.be.at.most(1);
  });

  it('go when they have no nodes any more', () => {
    const before = onCores(2500, 8);
    const after = onCores(1, 8, { previous: before });
    for (const host of after.hosts) expect(nodesInHost(host).length, host.name).to.be.above(0);
    expect(after.hosts.length).to.be.below(before.hosts.length);
  });

  it('take no node from hosts of one tier each, which go when the density does', () => {
    const before = planOf(300, { density: 50 });
    const after = planOf(300, { previous: before });
    const names = after.hosts.map(({ name }) => name).filter((name) => !name.startsWith('super-'));
    expect(names).to.deep.equal(['shared-1', 'shared-2']);
    const back = planOf(300, { density: 50, previous: after });
    expect(back.hosts.map(({ name }) => name)).to.deep.equal(before.hosts.map(({ name }) => name));
  });

  it('keep as many workers as they have ports for, and give the others away', () => {
    const before = planOf(200, inSubnet);
    const settings = { base_port: '7000', max_port: '7019' };
    const after = planOf(200, { ...inSubnet, settings, previous: before });
    const spread = spreadOf(after, 'worker');
    expect(spread.reduce((sum, each) => sum + each, 0)).to.equal(200);
    expect(Math.max(...spread)).to.equal(20);
    const places = nodesOf(after).map(({ place }) => place);
    expect(new Set(places).size).to.equal(after.nodes);
    const now = hostsOf(after);
    const stayed = [...hostsOf(before)].filter(
      ([name, host]) => name.startsWith('worker-') && now.get(name) === host,
    );
    expect(stayed.length).to.equal(20 * spreadOf(before, 'worker').length);
    const bootstraps = nodesOf(before).filter(({ tier }) => ['regional', 'local'].includes(tier));
    for (const { name, host } of bootstraps) expect(now.get(name), name).to.equal(host);
  });
});
