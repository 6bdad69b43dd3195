import type { HostSpec } from '@cqkd/node/control';
import { expect } from 'chai';
import fc from 'fast-check';
import { UsageError } from '../../errors.js';
import type { Plan } from '../../plan/plan.js';
import { loopback, machine, nodesOf, planOf } from '../support/plan-input.js';

/** What Linux takes as one variable. Bytes. */
const variableBytes = 131_072;
const bootstrapTiers = ['super', 'regional', 'local'];

const host = (plan: Plan, name: string) => plan.hosts.find((each) => each.name === name) as HostSpec;

/** The places of a tier's nodes in the order of their ring. */
function siblingsOf(plan: Plan, tier: string): string[] {
  return nodesOf(plan).find((node) => node.tier === tier)?.siblings ?? [];
}

/** The names of a tier's nodes in the order of their ring. */
function ring(plan: Plan, tier: string): string[] {
  const names = new Map(nodesOf(plan).map((node) => [node.place, node.name]));
  return siblingsOf(plan, tier).map((place) => names.get(place) ?? place);
}

describe('the ring of a tier', () => {
  it('takes the regions in turn', () => {
    const plan = planOf(1000);
    expect(ring(plan, 'super')).to.deep.equal(['sb-primary', 'sb-secondary', 'sb-tertiary', 'sb-quaternary']);
    expect(ring(plan, 'regional').slice(0, 6)).to.deep.equal([
      'rb-east-1',
      'rb-west-1',
      'rb-north-1',
      'rb-south-1',
      'rb-east-2',
      'rb-west-2',
    ]);
    expect(ring(plan, 'local').slice(0, 5)).to.deep.equal(['lb-001', 'lb-009', 'lb-017', 'lb-025', 'lb-002']);
    expect(ring(plan, 'worker')).to.deep.equal([]);
    expect(ring(plan, 'endpoint')).to.deep.equal([]);
  });

  it('holds all nodes of the tier once, in the same order on each of its hosts', () => {
    const sizes = fc.record({
      workers: fc.integer({ min: 1, max: 2000 }),
      regional: fc.integer({ min: 0, max: 16 }),
      local: fc.integer({ min: 0, max: 64 }),
      density: fc.constantFrom(undefined, 7),
    });
    fc.assert(
      fc.property(sizes, ({ workers, regional, local, density }) => {
        const settings = {
          regional_bootstrap_count: String(regional),
          local_bootstrap_count: String(local),
        };
        const plan = planOf(workers, { settings, ...(density && { density }) });
        for (const tier of bootstrapTiers) {
          const nodes = nodesOf(plan).filter((node) => node.tier === tier);
          for (const { siblings } of nodes) {
            expect(siblings).to.deep.equal(nodes[0]?.siblings);
            expect(siblings).to.have.members(nodes.map((node) => node.place));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has the backup of every node on another host, after any scaling', () => {
    const size = fc.integer({ min: 51, max: 2000 });
    fc.assert(
      fc.property(size, size, (from, to) => {
        const plan = planOf(to, { previous: planOf(from) });
        const hostOf = new Map(nodesOf(plan).map((node) => [node.name, node.host]));
        for (const tier of bootstrapTiers) {
          const names = ring(plan, tier);
          names.forEach((name, index) => {
            const backup = names[(index + 1) % names.length] as string;
            expect(hostOf.get(backup), `${backup} stands in for ${name}`).not.to.equal(hostOf.get(name));
          });
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('a ring on three hosts or more', () => {
  it('has the backup of every node on another host, whatever counts are given', () => {
    const counts = fc.record({
      regional: fc.integer({ min: 2, max: 16 }),
      local: fc.integer({ min: 2, max: 64 }),
      workers: fc.integer({ min: 400, max: 1500 }),
      maxPort: fc.constantFrom('7499', '7399', '7299'),
    });
    fc.assert(
      fc.property(counts, ({ regional, local, workers, maxPort }) => {
        const settings = {
          regional_bootstrap_count: String(regional),
          local_bootstrap_count: String(local),
          max_port: maxPort,
        };
        const ground = { kind: 'subnet', cidr: '172.20.0.0/16' } as const;
        const plan = planOf(workers, { settings, ground, machine: { ...machine, cores: 4 } });
        const hostOf = new Map(nodesOf(plan).map((node) => [node.name, node.host]));
        for (const tier of ['regional', 'local']) {
          const names = ring(plan, tier);
          names.forEach((name, index) => {
            const backup = names[(index + 1) % names.length] as string;
            expect(hostOf.get(backup), `${backup} replaces ${name}`).not.to.equal(hostOf.get(name));
          });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the candidates of a worker', () => {
  it('hold the backup of its parent, and nodes of each tier that outlive any one host', () => {
    fc.assert(
      fc.property(fc.integer({ min: 201, max: 2000 }), (workers) => {
        const plan = planOf(workers);
        const hostOf = new Map(nodesOf(plan).map((node) => [node.place, node.host]));
        for (const tier of ['local', 'regional', 'super']) {
          const places = siblingsOf(plan, tier);
          for (const { candidates, tier: of } of nodesOf(plan)) {
            if (of !== 'worker') continue;
            const own = candidates.filter((place) => places.includes(place));
            const backup = places[(places.indexOf(own[0] as string) + 1) % places.length];
            expect(own).to.include(backup);
            expect(new Set(own.map((place) => hostOf.get(place))).size).to.be.at.least(2);
          }
        }
      }),
      { numRuns: 5 },
    );
  });
});

describe('the candidates of the coordinator', () => {
  it('are all super nodes, and some of the tiers below from each region', () => {
    const ports = planOf(1000).coordinator.candidates.map((place) => Number(place.split(':')[1]));
    expect(ports.slice(0, 4)).to.deep.equal([5678, 5679, 5680, 5681]);
    expect(ports.slice(4, 8)).to.deep.equal([5682, 5686, 5690, 5694]);
    expect(ports.slice(8)).to.have.length(8);
    expect(planOf(300, { topology: 'flat' }).coordinator.candidates).to.have.length(6);
  });
});

describe('the fallback of a network', () => {
  it('is its first two super nodes, each of which gets those before it', () => {
    const plan = planOf(1000);
    const both = ['127.0.0.1:5678', '127.0.0.1:5679'];
    for (const spec of plan.hosts) {
      const index = ['super-primary', 'super-secondary'].indexOf(spec.name);
      expect(spec.fallbackCandidates, spec.name).to.deep.equal(index < 0 ? both : both.slice(0, index));
    }
  });

  it('is on the addresses and ports of the network itself', () => {
    const second = planOf(50, { ground: loopback(1) });
    expect(host(second, 'shared-1').fallbackCandidates).to.deep.equal(['127.1.0.1:5678', '127.1.0.1:5679']);
    const moved = planOf(50, {
      ground: loopback(1, 'darwin'),
      machine: { ...machine, platform: 'darwin' },
    });
    expect(host(moved, 'shared-1').fallbackCandidates[0]).to.equal('127.0.0.1:9678');
  });

  it('is what the settings give, in every topology', () => {
    const given = { fallback_bootstrap_nodes: '127.0.0.1:5680,127.0.0.1:5681' };
    const plan = planOf(1000, { settings: given });
    const [third, fourth] = given.fallback_bootstrap_nodes.split(',');
    expect(host(plan, 'shared-1').fallbackCandidates).to.deep.equal([third, fourth]);
    expect(host(plan, 'super-tertiary').fallbackCandidates).to.deep.equal([]);
    expect(host(plan, 'super-quaternary').fallbackCandidates).to.deep.equal([third]);
    expect(plan.notes).to.deep.equal([]);
    const legacy = planOf(100, { settings: { ...given, enable_multi_level_bootstrap: 'false' } });
    expect(legacy.ports.bootstrap).to.deep.equal([5680, 5681]);
    expect(host(legacy, 'shared-1').fallbackCandidates).to.deep.equal([third, fourth]);
  });

  it('says when no bootstrap node is where the settings put it, and refuses other machines', () => {
    const settings = { fallback_bootstrap_nodes: '127.0.0.1:5678,127.0.0.1:5999' };
    expect(planOf(100, { settings }).notes).to.deep.equal([
      'FALLBACK_BOOTSTRAP_NODES: no bootstrap node of this network is at 127.0.0.1:5999',
    ]);
    const elsewhere = { fallback_bootstrap_nodes: 'example.org:5678' };
    expect(() => planOf(100, { settings: elsewhere })).to.throw(UsageError, 'got example.org:5678');
  });
});

describe('the spec of a host', () => {
  it('says how many nodes a bootstrap node takes; in a flat network it takes all', () => {
    const plan = planOf(1000);
    const groups = plan.hosts.flatMap((each) => each.groups);
    const capacity = (tier: string) => groups.find((group) => group.tier === tier)?.capacity;
    const tiers = ['super', 'regional', 'local', 'worker', 'endpoint'];
    expect(tiers.map(capacity)).to.deep.equal([500, 250, 50, null, null]);
    expect(host(planOf(300, { topology: 'flat' }), 'bootstrap-primary').groups[0]?.capacity).to.equal(null);
  });

  for (const workers of [1000, 2000]) {
    it(`fits one environment variable with room to spare for ${workers} workers, packed as densely as can be`, () => {
      const cores = 1;
      const sizes = planOf(workers, { machine: { ...machine, cores } }).hosts.map(
        (spec) => JSON.stringify(spec).length,
      );
      expect(Math.max(...sizes)).to.be.below(variableBytes / 2);
    });
  }
});
