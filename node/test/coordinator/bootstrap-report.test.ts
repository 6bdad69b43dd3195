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
  region: 'east',
  state: 'joined',
  ...more,
});

const host = (region: string, nodes: NodeReport[], state: HostState = 'up') => ({
  nodes: nodes.map((each) => ({ ...each, region })),
  state,
});

const load = (attached: number, capacity: number, promoted = false) => ({ attached, capacity, promoted });
const at = (port: number) => `127.0.0.1:${port}`;

describe('bootstrapReport', () => {
  it('sums up bootstrap nodes that are healthy', () => {
    const hosts = [
      host('east', [node('super', 5678, { bootstrap: load(3, 500) })]),
      host('west', [node('super', 5679, { bootstrap: load(9, 500) })], 'lost'),
      host('east', [
        node('local', 5698, { bootstrap: load(1, 100, true), parent: at(5678) }),
        node('local', 5699, { bootstrap: load(7, 50), state: 'left' }),
      ]),
      host('east', [
        node('worker', 7000, { parent: at(5698) }),
        node('worker', 7001, { parent: at(5699) }),
        node('worker', 7002),
        node('worker', 7003, { parent: at(5698), state: 'joining' }),
      ]),
      host('west', [node('worker', 7004, { parent: at(5679) })]),
      host('east', [node('endpoint', 6000)]),
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
      host('default', [node('super', 5678), node('super', 5679, { parent: at(5678) })]),
      host('default', [
        node('worker', 7000, { parent: at(5678) }),
        node('worker', 7001, { parent: at(5679) }),
      ]),
    ];
    const report = bootstrapReport(hosts, 0);
    expect(report).to.include({ connections: 3, capacity: null, utilisationPercent: null });
    expect(report.workers).to.deep.equal({ attached: 2, orphaned: 0 });
  });

  it('counts the regions by node where hosts are shared', () => {
    const nodes = [
      node('regional', 5682, { bootstrap: load(2, 250) }),
      node('regional', 5683, { region: 'west', bootstrap: load(1, 250), state: 'left' }),
      node('local', 5698, { region: 'west', bootstrap: load(1, 50), parent: at(5682) }),
      node('worker', 7000, { parent: at(5682) }),
      node('worker', 7001, { region: 'west', parent: at(5698) }),
      node('worker', 7002, { region: 'west', parent: at(5683) }),
      node('worker', 7003, { region: 'south', state: 'joining' }),
      node('endpoint', 6000, { region: 'north' }),
    ];
    const shared = (state: HostState) => bootstrapReport([{ state, nodes }], 0);
    expect(shared('up')).to.deep.equal({
      total: 3,
      healthy: 2,
      connections: 3,
      capacity: 300,
      utilisationPercent: 1,
      regions: [
        { name: 'east', total: 1, healthy: 1, workers: 1 },
        { name: 'north', total: 0, healthy: 0, workers: 0 },
        { name: 'south', total: 0, healthy: 0, workers: 0 },
        { name: 'west', total: 2, healthy: 1, workers: 2 },
      ],
      coveragePercent: 50,
      failovers: 0,
      promoted: [],
      workers: { attached: 2, orphaned: 1 },
    });
    expect(shared('lost')).to.deep.include({
      total: 3,
      healthy: 0,
      regions: [
        { name: 'east', total: 1, healthy: 0, workers: 0 },
        { name: 'north', total: 0, healthy: 0, workers: 0 },
        { name: 'south', total: 0, healthy: 0, workers: 0 },
        { name: 'west', total: 2, healthy: 0, workers: 0 },
      ],
      coveragePercent: 0,
      workers: { attached: 0, orphaned: 0 },
    });
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
    const anyNode = fc
      .record({
        tier: fc.constantFrom<Tier>('super', 'regional', 'local', 'worker', 'endpoint'),
        region: fc.constantFrom('east', 'west'),
        port: fc.integer({ min: 1, max: 9 }),
        state: fc.constantFrom<NodeState>('joined', 'left', 'attaching', 'failed'),
        parent: fc.option(fc.integer({ min: 1, max: 9 }).map(at), { nil: undefined }),
      })
      .map(({ tier, region, port, state, parent }) =>
        node(tier, port, { region, state, ...(parent && { parent }) }),
      );
    const anyHost = fc.record({
      nodes: fc.array(anyNode, { maxLength: 8 }),
      state: fc.constantFrom<HostState>('up', 'lost'),
    });
    fc.assert(
      fc.property(fc.array(anyHost, { maxLength: 8 }), (hosts) => {
        const report = bootstrapReport(hosts, 0);
        const sum = (key: 'total' | 'healthy' | 'workers') =>
          report.regions.reduce((total, region) => total + region[key], 0);
        expect(sum('total')).to.equal(report.total);
        expect(sum('healthy')).to.equal(report.healthy);
        expect(report.healthy).to.be.at.most(report.total);
        expect(sum('workers')).to.equal(report.workers.attached + report.workers.orphaned);
        const all = hosts.flatMap(({ nodes }) => nodes);
        const bootstraps = all.filter(({ tier }) => ['super', 'regional', 'local'].includes(tier));
        expect(report.total).to.equal(bootstraps.length);
        const joined = hosts.flatMap(({ state, nodes }) =>
          nodes.filter((each) => state === 'up' && each.state === 'joined'),
        );
        expect(report.healthy).to.equal(joined.filter((each) => bootstraps.includes(each)).length);
        expect(sum('workers')).to.equal(joined.filter(({ tier }) => tier === 'worker').length);
        expect(report.coveragePercent).to.be.within(0, 100);
      }),
    );
  });
});
