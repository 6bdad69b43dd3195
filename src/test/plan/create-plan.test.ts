import { type HostSpec, nodesOf as nodesInHost, regionsOf, tiersOf } from '@cqkd/node/control';
import { expect } from 'chai';
import { UsageError } from '../../errors.js';
import { loopback, machine, nodesOf, planOf } from '../support/plan-input.js';

const counts = (workers: number, input = {}) =>
  Object.fromEntries(planOf(workers, input).tiers.map(({ tier, nodes }) => [tier, nodes]));

describe('a tiered plan', () => {
  const sizes: [number, object][] = [
    [1, { super: 2 }],
    [15, { super: 2 }],
    [16, { super: 3 }],
    [50, { super: 3 }],
    [51, { super: 2, regional: 8 }],
    [200, { super: 2, regional: 8 }],
    [201, { super: 4, regional: 8, local: 32 }],
    [500, { super: 4, regional: 8, local: 32 }],
    [501, { super: 4, regional: 16, local: 64 }],
    [1500, { super: 4, regional: 16, local: 64 }],
  ];
  for (const [workers, bootstrap] of sizes) {
    it(`has ${JSON.stringify(bootstrap)} for ${workers} workers`, () => {
      expect(counts(workers)).to.deep.equal({ ...bootstrap, worker: workers, endpoint: 2 });
    });
  }

  it('gives every bootstrap node its fixed name, port and region', () => {
    const nodes = nodesOf(planOf(1000));
    const at = (name: string) => nodes.find((node) => node.name === name);
    expect(at('sb-primary')).to.include({ place: '127.0.0.1:5678', region: 'east' });
    expect(at('sb-quaternary')).to.include({ place: '127.0.0.1:5681', region: 'south' });
    expect(at('rb-east-1')).to.include({ place: '127.0.0.1:5682', region: 'east' });
    expect(at('rb-south-4')).to.include({ place: '127.0.0.1:5697', region: 'south' });
    expect(at('lb-001')).to.include({ place: '127.0.0.1:5698', region: 'east' });
    expect(at('lb-064')).to.include({ place: '127.0.0.1:5761', region: 'south' });
    expect(at('alice')).to.include({ place: '127.0.0.1:6000' });
    expect(at('bob')).to.include({ place: '127.0.0.1:6001' });
    expect(at('worker-0001')).to.include({ place: '127.0.0.1:7000' });
    expect(at('worker-1000')).to.include({ place: '127.0.0.1:7999' });
  });

  it('wires two locals under each regional in turn, and regions to their super nodes', () => {
    const nodes = nodesOf(planOf(1000));
    const parent = (name: string) => {
      const [first] = nodes.find((node) => node.name === name)?.candidates ?? [];
      return nodes.find((node) => node.place === first)?.name;
    };
    expect(['lb-001', 'lb-002', 'lb-003', 'lb-004', 'lb-005'].map(parent)).to.deep.equal([
      'rb-east-1',
      'rb-east-1',
      'rb-east-2',
      'rb-east-2',
      'rb-east-3',
    ]);
    expect(['lb-032', 'lb-033'].map(parent)).to.deep.equal(['rb-south-4', 'rb-east-1']);
    expect(['rb-east-4', 'rb-west-1', 'rb-north-1', 'rb-south-1'].map(parent)).to.deep.equal([
      'sb-primary',
      'sb-secondary',
      'sb-tertiary',
      'sb-quaternary',
    ]);
    expect(['alice', 'bob'].map(parent)).to.deep.equal(['rb-east-1', 'rb-east-2']);
    expect(parent('sb-primary')).to.equal(undefined);
    const workerParents = ['worker-0001', 'worker-0016', 'worker-0017', 'worker-1000'].map(parent);
    expect(workerParents).to.deep.equal(['lb-001', 'lb-001', 'lb-002', 'lb-064']);
  });

  it('lists candidates best first: 8 local, 4 regional, 2 super, a few of other regions among them', () => {
    const worker = nodesOf(planOf(1000)).find((node) => node.name === 'worker-0001');
    const ports = worker?.candidates.map((place) => Number(place.split(':')[1])) ?? [];
    expect(ports).to.deep.equal([
      5698, 5699, 5700, 5701, 5702, 5703, 5706, 5714, 5682, 5683, 5684, 5686, 5678, 5679,
    ]);
  });

  it('gives a super node those before it', () => {
    const nodes = nodesOf(planOf(50));
    const candidates = ['sb-primary', 'sb-secondary', 'sb-tertiary'].map(
      (name) => nodes.find((node) => node.name === name)?.candidates,
    );
    expect(candidates).to.deep.equal([[], ['127.0.0.1:5678'], ['127.0.0.1:5678', '127.0.0.1:5679']]);
  });

  it('packs a thousand workers into one host for each core, beside the super nodes', () => {
    const hostsWith = (workers: number, cores: number) =>
      planOf(workers, { machine: { ...machine, cores } }).hosts.map((host) => host.name);
    const supers = ['super-primary', 'super-secondary', 'super-tertiary', 'super-quaternary'];
    expect(hostsWith(1000, 2)).to.deep.equal([...supers, 'shared-1', 'shared-2']);
    expect(hostsWith(1000, 3)).to.deep.equal([...supers, 'shared-1', 'shared-2']);
    expect(hostsWith(1000, 4).length).to.equal(8);
    expect(hostsWith(1000, 64).length).to.equal(12);
    expect(hostsWith(15, 64)).to.deep.equal(['super-primary', 'super-secondary', 'shared-1']);
    expect(hostsWith(50, 64).at(-1)).to.equal('shared-1');
    // One host of them may die: the other one has half of each tier below the super nodes.
    expect(hostsWith(100, 1).slice(2)).to.deep.equal(['shared-1', 'shared-2']);
  });

  it('says that a restart is due when its size asks for other heaps', () => {
    const small = planOf(15);
    expect(small.node.heap).to.equal('lean');
    const grown = planOf(600, { previous: small });
    expect(grown.node.heap).to.equal('roomy');
    expect(grown.notes.join()).to.include('cqkd restart');
    expect(planOf(20, { previous: small }).notes.join()).not.to.include('cqkd restart');
  });

  it('shares a host evenly, whole regions as far as that goes', () => {
    const [first, second] = planOf(1000).hosts.slice(4);
    for (const host of [first, second]) {
      expect(tiersOf(host as HostSpec)).to.deep.equal(['regional', 'local', 'worker', 'endpoint']);
      expect(nodesInHost(host as HostSpec).length).to.equal(541);
    }
    expect(regionsOf(first as HostSpec)).to.deep.equal(['east', 'north']);
    expect(regionsOf(second as HostSpec)).to.deep.equal(['west', 'south', 'east']);
  });

  it('packs by tier and region where a density is given', () => {
    const plan = planOf(1000, { density: 500 });
    expect(plan.hosts.map((host) => host.name)).to.deep.equal([
      'super-primary',
      'super-secondary',
      'super-tertiary',
      'super-quaternary',
      'regional-east-1',
      'regional-west-1',
      'regional-north-1',
      'regional-south-1',
      'local-east-1',
      'local-west-1',
      'local-north-1',
      'local-south-1',
      'worker-east-1',
      'worker-west-1',
      'worker-north-1',
      'worker-south-1',
      'endpoint-1',
    ]);
    for (const host of planOf(100, { density: 10 }).hosts) {
      expect(host.groups.length === 1 || host.name === 'endpoint-1', host.name).to.equal(true);
      expect(nodesInHost(host).length).to.be.at.most(10);
    }
  });

  it('takes counts that were given', () => {
    const settings = { regional_bootstrap_count: '4', local_bootstrap_count: '8' };
    expect(counts(20, { settings })).to.deep.equal({
      super: 3,
      regional: 4,
      local: 8,
      worker: 20,
      endpoint: 2,
    });
    expect(counts(20, { settings: { target_nodes: '600' } })).to.include({
      super: 4,
      regional: 16,
      local: 64,
    });
  });
});

describe('a flat plan', () => {
  for (const [workers, bootstraps] of [
    [15, 2],
    [16, 3],
    [50, 3],
    [51, 4],
    [200, 4],
    [201, 6],
  ] as const) {
    it(`has ${bootstraps} bootstrap nodes for ${workers} workers`, () => {
      expect(planOf(workers, { topology: 'flat' }).bootstraps).to.equal(bootstraps);
    });
  }

  it('names them and puts them on 5678 to 5683', () => {
    const nodes = nodesOf(planOf(300, { topology: 'flat' })).filter((node) => node.tier === 'super');
    expect(nodes.map((node) => `${node.name} ${node.place} ${node.host}`)).to.deep.equal([
      'bootstrap-primary 127.0.0.1:5678 bootstrap-primary',
      'bootstrap-secondary 127.0.0.1:5679 bootstrap-secondary',
      'bootstrap-tertiary 127.0.0.1:5680 bootstrap-tertiary',
      'bootstrap-quaternary 127.0.0.1:5681 bootstrap-quaternary',
      'bootstrap-quinary 127.0.0.1:5682 bootstrap-quinary',
      'bootstrap-senary 127.0.0.1:5683 bootstrap-senary',
    ]);
  });

  it('takes its size from the strategy that was given', () => {
    expect(planOf(300, { topology: 'flat', settings: { bootstrap_strategy: 'small' } }).bootstraps).to.equal(
      2,
    );
  });
});

describe('a plan', () => {
  it('without the hierarchy is the two legacy nodes', () => {
    const plan = planOf(100, { settings: { enable_multi_level_bootstrap: 'false' } });
    expect(plan.topology).to.equal('legacy');
    expect(plan.ports.bootstrap).to.deep.equal([5678, 5679]);
    expect(() =>
      planOf(100, { topology: 'tiered', settings: { enable_multi_level_bootstrap: 'false' } }),
    ).to.throw(UsageError, 'ENABLE_MULTI_LEVEL_BOOTSTRAP');
  });

  it('extends the port range above a thousand workers, and says so', () => {
    const plan = planOf(1500);
    expect(plan.ports.workers).to.deep.equal({ min: 7000, max: 8999 });
    expect(plan.notes.join()).to.include('extending the port range to 8999');
    expect(planOf(1000).notes).to.deep.equal([]);
  });

  it('takes one more loopback address for each range that is full', () => {
    const places = nodesOf(planOf(25, { settings: { base_port: '7000', max_port: '7009' } }))
      .filter((node) => node.tier === 'worker')
      .map((node) => node.place);
    expect(places[9]).to.equal('127.0.0.1:7009');
    expect(places[10]).to.equal('127.0.0.2:7000');
    expect(places[24]).to.equal('127.0.0.3:7004');
  });

  it('without dynamic ports has one worker to an address on the static port', () => {
    const places = nodesOf(planOf(3, { settings: { enable_dynamic_ports: 'false' } }))
      .filter((node) => node.tier === 'worker')
      .map((node) => node.place);
    expect(places).to.deep.equal(['127.0.0.1:7000', '127.0.0.2:7000', '127.0.0.3:7000']);
    const darwin = { ...machine, platform: 'darwin' };
    expect(() =>
      planOf(3, {
        settings: { enable_dynamic_ports: 'false' },
        machine: darwin,
        ground: loopback(0, 'darwin'),
      }),
    ).to.throw(UsageError, 'ENABLE_DYNAMIC_PORTS');
  });

  it('moves the ports of a further network where there is one loopback address', () => {
    const plan = planOf(15, {
      machine: { ...machine, platform: 'darwin' },
      ground: loopback(1, 'darwin'),
    });
    expect(plan.ports.bootstrap).to.deep.equal([9678, 9679]);
    expect(plan.ports.workers.min).to.equal(11_000);
  });

  it('refuses worker ports that hold a bootstrap port', () => {
    expect(() => planOf(15, { settings: { base_port: '5600' } })).to.throw(UsageError, 'port 5678');
  });

  it('reports the ratio of workers to bootstrap nodes', () => {
    expect(planOf(50).ratio.status).to.equal('ok');
    expect(planOf(60, { topology: 'flat', settings: { bootstrap_large_nodes: '2' } }).ratio.status).to.equal(
      'warning',
    );
    const settings = { bootstrap_large_nodes: '2', enable_bootstrap_load_balancing: 'false' };
    expect(planOf(150, { topology: 'flat', settings }).ratio.status).to.equal('critical');
  });

  it('tells what this machine could hold, and why', () => {
    const cause = (workers: number, input: object) => {
      try {
        planOf(workers, input);
      } catch (error) {
        expect(error).to.be.instanceOf(UsageError);
        return (error as Error).message;
      }
      return 'nothing thrown';
    };
    expect(cause(10_000_000, {})).to.match(/at most 9118, because .* 9200 connections/);
    expect(cause(5000, { machine: { ...machine, memoryBytes: 200e6 } })).to.match(
      /at most \d+, because 200 MB of memory/,
    );
    expect(cause(5000, { machine: { ...machine, processes: 100 } })).to.match(
      /at most \d+, because 100 more processes/,
    );
    expect(cause(1000, { machine: { ...machine, openFiles: 256 } })).to.match(
      /at most \d+, because a process may hold 256/,
    );
    const darwin = { machine: { ...machine, platform: 'darwin' }, ground: loopback(0, 'darwin') };
    expect(cause(2001, darwin)).to.match(/at most 2000, because the worker ports/);
  });

  it('names the limit that binds first, and all the others', () => {
    const { limits } = planOf(100);
    expect(limits.map((limit) => limit.name)).to.have.members([
      'memory',
      'processes',
      'open files',
      'ports',
      'bootstrap connections',
    ]);
    expect(limits[0]?.name).to.equal('bootstrap connections');
  });
});
