import { expect } from 'chai';
import type {
  DiscoveryMeasurement,
  LookupMeasurement,
  ReachabilityMeasurement,
} from '../../src/control/api.js';
import type {
  ActiveFault,
  FaultAnswer,
  FaultRequest,
  FaultsLifted,
  FaultView,
} from '../../src/control/faults-api.js';
import type { HttpError } from '../../src/control/http-error.js';
import { nodesOf } from '../../src/host/spec.js';
import { Cluster } from '../support/cluster.js';
import { until } from '../support/until.js';

describe('faults of a running network', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start({ supers: 2, workers: 6 });
    await cluster.untilReady();
  });
  after(() => cluster.end());
  afterEach(() => cluster.call('DELETE', '/v1/faults'));

  const groups = [['sb-0'], ['sb-1'], ['worker-0', 'worker-1']];
  const split: FaultRequest = {
    id: 'split',
    ttlSeconds: 60,
    groups,
    deaf: [
      [0, 2],
      [2, 0],
    ],
  };
  const put = (request: unknown) => cluster.call<FaultAnswer>('PUT', '/v1/faults', request);
  const view = (id: string) => cluster.call<FaultView>('GET', `/v1/faults/${id}`);
  const workers = Array.from({ length: 6 }, (_, i) => `worker-${i}`);
  const stateOf = async (name: string) => {
    const { hosts } = await cluster.view();
    return hosts.flatMap(({ nodes }) => nodes).find((node) => node.name === name)?.state;
  };
  /** Waits until all nodes have joined. */
  const untilWhole = () =>
    cluster.until('all nodes', ({ hosts }) =>
      hosts.every(({ state, nodes }) => state === 'up' && nodes.every((node) => node.state === 'joined')),
    );
  const active = async () => (await cluster.call<{ faults: ActiveFault[] }>('GET', '/v1/faults')).faults;
  const refusal = async (request: unknown) => {
    const error = (await put(request).catch((thrown) => thrown)) as HttpError;
    return `${error.status} ${error.message}`;
  };
  /** Share of pings that were answered, from one host to another. */
  const reach = async (from: string, to: string) => {
    const { hosts, matrix } = await cluster.call<ReachabilityMeasurement>('POST', '/v1/measure/reachability');
    return matrix[hosts.indexOf(from)]?.[hosts.indexOf(to)];
  };

  it('cut what they say, both ways or one, and are lifted', async () => {
    const all = { 'super-0': 'applied', 'worker-0': 'applied' };
    expect(await put(split)).to.deep.equal({ id: 'split', nodes: 3, hosts: all });
    const [fault] = await active();
    expect(fault).to.include({ id: 'split', nodes: 3 });
    expect(fault?.secondsLeft).to.be.within(1, 60);
    // Of each host two nodes are asked: of the six workers the first, which is cut off, and the fourth.
    expect(await reach('super-0', 'worker-0')).to.equal(0.5);
    expect(await reach('worker-0', 'super-0')).to.equal(0.5);
    expect(await reach('super-1', 'worker-0')).to.equal(1);
    const lifted = await cluster.call<FaultsLifted>('DELETE', '/v1/faults/split');
    expect(lifted.hosts).to.deep.equal({ 'super-0': 'lifted', 'super-1': 'lifted', 'worker-0': 'lifted' });
    expect(await active()).to.deep.equal([]);
    expect(await reach('super-0', 'worker-0')).to.equal(1);
  });

  it('end by themselves, though the coordinator that put them on is gone', async () => {
    await put({ ...split, ttlSeconds: 3 });
    await cluster.process('coordinator').kill();
    cluster.startCoordinator();
    await until(
      'the end of the fault',
      async () => (await reach('super-0', 'worker-0').catch(() => 0)) === 1,
    );
  });

  it('reach a host that comes back while they are on', async () => {
    await cluster.untilReady();
    await put(split);
    await cluster.process('worker-0').kill();
    const spec = cluster.specs.find(({ name }) => name === 'worker-0');
    cluster.startHost(spec as (typeof cluster.specs)[number]);
    await until('the fault on the new process', async () => (await reach('super-0', 'worker-0')) === 0.5);
    await cluster.call('DELETE', '/v1/faults');
    await cluster.untilReady();
  });

  it('can be put on the coordinator as well', async () => {
    const write = async () =>
      (await cluster.call<{ replicas: number }>('PUT', '/v1/kv/key?min=1', { value: 1 })).replicas;
    const deafTo = {
      id: 'deaf',
      ttlSeconds: 30,
      groups: [['coordinator'], ['sb-0', 'sb-1']],
      deaf: [[0, 1]],
    };
    expect(await put(deafTo)).to.deep.equal({ id: 'deaf', nodes: 1, hosts: {} });
    const all = { ...deafTo, groups: [['coordinator'], ['sb-0', 'sb-1', ...workers]] };
    await put(all);
    // It keeps a copy itself.
    expect(await write()).to.equal(1);
    const unconfirmed = await cluster.call('PUT', '/v1/kv/key', { value: 2 }).catch((error) => error);
    expect(unconfirmed).to.include({ status: 503 });
    await cluster.call('DELETE', '/v1/faults');
    await until('other nodes to take values', async () => (await write()) > 5);
  });

  it('make lookups slower as they are told to', async () => {
    const everybody = cluster.specs.flatMap((spec) => nodesOf(spec).map(({ name }) => name));
    const degraded = [{ group: 0, degradation: { latencyMs: 80 } }];
    await put({ id: 'slow', ttlSeconds: 60, groups: [everybody], degraded });
    const { rpcLatencyMs } = await cluster.call<LookupMeasurement>('POST', '/v1/measure/lookup', {
      count: 20,
      seed: 1,
    });
    // The way there and the way back.
    expect(rpcLatencyMs.p50).to.be.within(155, 1000);
    const { effects, nodes, silent } = await view('slow');
    expect(nodes).to.equal(8);
    expect(silent).to.deep.equal([]);
    expect(effects.heard).to.be.above(20);
    expect(effects.delayMs / effects.delayed).to.be.within(79, 500);
  });

  it('take nodes down for their time, which cannot be reached until then', async () => {
    await untilWhole();
    const down = [{ group: 0 }];
    await put({ id: 'kill', ttlSeconds: 4, groups: [['sb-1', 'worker-2']], down });
    expect((await view('kill')).effects).to.include({ crashes: 2, restarts: 0, down: 2 });
    await until('their state to be told', async () => (await stateOf('sb-1')) === 'left');
    const body = { groups: [['sb-1', 'worker-2'], ['sb-0'], ['sb-1'], ['worker-0', 'worker-2']] };
    const reachability = await cluster.call<ReachabilityMeasurement>(
      'POST',
      '/v1/measure/reachability',
      body,
    );
    expect(reachability.matrix).to.deep.equal([
      [0, 0, 0, 0],
      [0, 1, 0, 0.5],
      [0, 0, 0, 0],
      // One of the two asks nobody.
      [0, 0.5, 0, 0],
    ]);
    await untilWhole();
    expect(await active()).to.deep.equal([]);
    const { status } = (await view('kill').catch((error) => error)) as HttpError;
    expect(status).to.equal(404);
  });

  it('leave nodes down that are to be kept there, and lift what they are no longer about', async () => {
    const down = [{ group: 0, keep: true }];
    await put({ id: 'kill', ttlSeconds: 60, groups: [['worker-1']], down });
    await until('its state to be told', async () => (await stateOf('worker-1')) === 'left');
    await cluster.call('DELETE', '/v1/faults/kill');
    expect(await stateOf('worker-1')).to.equal('left');
    await cluster.call('POST', '/v1/nodes/worker-1/restart');
    await put({ id: 'kill', ttlSeconds: 60, groups: [['worker-1']], down: [{ group: 0 }] });
    await put({ id: 'kill', ttlSeconds: 60, groups: [['sb-1']], down: [{ group: 0 }] });
    await until('the worker', async () => (await stateOf('worker-1')) === 'joined');
    await cluster.call('DELETE', '/v1/faults');
    await untilWhole();
  });

  it('let nodes come and go, take ports, keep hosts busy, and end all of it by themselves', async () => {
    const sessions = { distribution: 'exponential', upSeconds: 0.5, downSeconds: 0.5, seed: 3 };
    const request = {
      id: 'all',
      ttlSeconds: 5,
      groups: [workers.slice(1), ['worker-0', 'sb-0']],
      churn: [{ group: 0, sessions }],
      ports: [{ group: 0, share: 0.001 }],
      stress: [{ group: 1, load: { cpu: 0.5, memoryBytes: 8 << 20 } }],
    };
    expect(await put(request)).to.deep.equal({
      id: 'all',
      nodes: 7,
      hosts: { 'super-0': 'applied', 'worker-0': 'applied' },
    });
    const effects = await until('all effects', async () => {
      const { effects } = await view('all');
      return effects.crashes > 1 && effects.heldBytes === 16 << 20 && effects.burntSeconds > 0.2 && effects;
    });
    expect(effects.portsTaken).to.be.within(1, 66);
    await until('the end', async () => (await active()).length === 0);
    await untilWhole();
  });

  it('tell who is silent', async () => {
    await put({ ...split, id: 'silent' });
    await cluster.process('super-0').kill();
    await until('its silence', async () => (await view('silent')).silent.includes('super-0'));
    expect((await view('silent')).silent).to.deep.equal(['super-0']);
    await until('its loss', async () =>
      (await cluster.view()).hosts.some(({ name, state }) => name === 'super-0' && state === 'lost'),
    );
    const body = { groups: [['sb-0'], ['sb-1']] };
    const { matrix } = await cluster.call<ReachabilityMeasurement>('POST', '/v1/measure/reachability', body);
    expect(matrix).to.deep.equal([
      [0, 0],
      [0, 1],
    ]);
    const spec = cluster.specs.find(({ name }) => name === 'super-0');
    cluster.startHost(spec as (typeof cluster.specs)[number]);
    await untilWhole();
  });

  it('cannot keep a fresh node that looks for some of the workers waiting', async () => {
    const discover = () =>
      cluster.call<DiscoveryMeasurement>('POST', '/v1/measure/discovery', { among: workers.slice(0, 2) });
    expect(await discover()).to.include({ alive: 2, found: 2, successPercent: 100 });
    const everybody = ['sb-0', 'sb-1', ...workers];
    await put({ id: 'deaf', ttlSeconds: 60, groups: [['coordinator'], everybody], deaf: [[0, 1]] });
    const error = (await discover().catch((thrown) => thrown)) as HttpError;
    expect(error.status).to.equal(503);
    expect(error.message).to.match(/^A fresh node could not join/);
  });

  it('are refused when they make no sense', async () => {
    expect(await refusal({ ...split, groups: [['sb-0'], [], ['nobody']] })).to.match(/^404 No node "nobody"/);
    expect(await refusal({ ...split, deaf: [[0, 3]] })).to.match(/^400 groups has 3 groups, .* 3$/);
    expect(await refusal({ ...split, ttlSeconds: 0 })).to.match(/^400 ttlSeconds/);
    expect(await refusal({ ...split, id: 'a b' })).to.match(/^400 id/);
    const degraded = [{ group: 0, degradation: { loss: 2 } }];
    expect(await refusal({ ...split, degraded })).to.match(/^400 degraded.*loss/);
    const sessions = { distribution: 'fixed', upSeconds: 1, downSeconds: 0, seed: 1 };
    expect(await refusal({ ...split, churn: [{ group: 0, sessions }] })).to.match(/^400 churn.*downSeconds/);
    const load = { cpu: 0.96, memoryBytes: 0 };
    expect(await refusal({ ...split, stress: [{ group: 0, load }] })).to.match(/^400 stress.*cpu/);
    const heavy = { cpu: 0, memoryBytes: 2 ** 33 + 1 };
    expect(await refusal({ ...split, stress: [{ group: 0, load: heavy }] })).to.match(/^400 .*memoryBytes/);
    expect(await refusal({ ...split, ports: [{ group: 0, share: 0 }] })).to.match(/^400 ports.*share/);
    expect(await refusal({ ...split, down: [{ group: 3 }] })).to.match(/^400 groups has 3 groups, .* 3$/);
    const own = { id: 'own', ttlSeconds: 1, groups: [['sb-0', 'coordinator']] };
    expect(await refusal({ ...own, down: [{ group: 0 }] })).to.equal(
      '400 down can\'t be done to "coordinator": leave it out of group 0',
    );
    expect(await active()).to.deep.equal([]);
  });
});
