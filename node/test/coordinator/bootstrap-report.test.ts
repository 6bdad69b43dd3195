import { expect } from 'chai';
import fc from 'fast-check';
import type { HostState, NodeReport, NodeState, Tier } from '../../src/control/api.js';
import { bootstrapReport } from '../../src/coordinator/bootstrap-report.js';

const node = (tier: Tier, port: number, more: Partial<NodeReport> = {}): NodeReport => ({
  name: `${tier}-${port}`,
  id: '0'.repeat(40),
  address: '127.0.0.1',
  port,
  tier,
  state: 'joined',
  ...more,
});

const host = (tier: Tier, region: string, nodes: NodeReport[], state: HostState = 'up') => {
  return { tier, region, state, nodes };
};

const load = (attached: number, capacity: number, promoted = false) => ({ attached, capacity, promoted });
const at = (port: number) => `127.0.0.1:${port}`;

describe('bootstrapReport', () => {
  it('sums up bootstrap nodes that are healthy', () => {
    const hosts = [
      host('super', 'east', [node('super', 5678, { bootstrap: load(3, 500) })]),
      host('super', 'west', [node('super', 5679, { bootstrap: load(9, 500) })], 'lost'),
      host('local', 'east', [
        node('local', 5698, { bootstrap: load(1, 100, true), parent: at(5678) }),
        node('local', 5699, { bootstrap: load(7, 50), state: 'left' }),
      ]),
      host('worker', 'east', [
        node('worker', 7000, { parent: at(5698) }),
        node('worker', 7001, { parent: at(5699) }),
        node('worker', 7002),
        node('worker', 7003, { parent: at(5698), state: 'joining' }),
      ]),
      host('worker', 'west', [node('worker', 7004, { parent: at(5679) })]),
      host('endpoint', 'east', [node('endpoint', 6000)]),
    ];
    expect(bootstrapReport(hosts, 2)).to.deep.equal({
      total: 4,
      healthy: 2,
      connections: 4,
      capacity: 600,
      utilisationPercent: 400 / 600,
      regions: [
        { name: 'east', total: 3, healthy: 2, workers: 3 },
        { name: 'west', total: 1, healthy: 0, workers: 1 },
      ],
      coveragePercent: 50,
      failovers: 2,
      promoted: ['local-5698'],
      workers: { attached: 1, orphaned: 3 },
    });
  });

  it('counts by who names them where no leases are handed out', () => {
    const hosts = [
      host('super', 'default', [node('super', 5678), node('super', 5679, { parent: at(5678) })]),
      host('worker', 'default', [
        node('worker', 7000, { parent: at(5678) }),
        node('worker', 7001, { parent: at(5679) }),
      ]),
    ];
    const report = bootstrapReport(hosts, 0);
    expect(report).to.include({ connections: 3, capacity: null, utilisationPercent: null });
    expect(report.workers).to.deep.equal({ attached: 2, orphaned: 0 });
  });

  it('is all zeros before the first host has reported', () => {
    expect(bootstrapReport([], 0)).to.deep.equal({
      total: 0,
      healthy: 0,
      connections: 0,
      capacity: null,
      utilisationPercent: null,
      regions: [],
      coveragePercent: 0,
      failovers: 0,
      promoted: [],
      workers: { attached: 0, orphaned: 0 },
    });
  });

  it('accounts for every bootstrap node and every joined worker once', () => {
    const nodes = (tier: Tier) =>
      fc.array(
        fc
          .record({
            port: fc.integer({ min: 1, max: 9 }),
            state: fc.constantFrom<NodeState>('joined', 'left', 'attaching', 'failed'),
            parent: fc.option(fc.integer({ min: 1, max: 9 }).map(at), { nil: undefined }),
          })
          .map(({ port, state, parent }) => node(tier, port, { state, ...(parent && { parent }) })),
        { maxLength: 5 },
      );
    const anyHost = fc.constantFrom<Tier>('super', 'regional', 'local', 'worker', 'endpoint').chain((tier) =>
      fc
        .record({
          nodes: nodes(tier),
          region: fc.constantFrom('east', 'west'),
          state: fc.constantFrom<HostState>('up', 'lost'),
        })
        .map(({ nodes, region, state }) => host(tier, region, nodes, state)),
    );
    fc.assert(
      fc.property(fc.array(anyHost, { maxLength: 8 }), (hosts) => {
        const report = bootstrapReport(hosts, 0);
        const sum = (key: 'total' | 'healthy' | 'workers') =>
          report.regions.reduce((total, region) => total + region[key], 0);
        expect(sum('total')).to.equal(report.total);
        expect(sum('healthy')).to.equal(report.healthy);
        expect(report.healthy).to.be.at.most(report.total);
        expect(sum('workers')).to.equal(report.workers.attached + report.workers.orphaned);
        expect(report.coveragePercent).to.be.within(0, 100);
      }),
    );
  });
});
