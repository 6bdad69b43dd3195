import { expect } from 'chai';
import type { LookupMeasurement, ReachabilityMeasurement } from '../../src/control/api.js';
import type { ActiveFault, FaultAnswer, FaultRequest, FaultsLifted } from '../../src/control/faults-api.js';
import type { HttpError } from '../../src/control/http-error.js';
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
      (await cluster.call<{ replicas: number }>('PUT', '/v1/kv/key', { value: 1 })).replicas;
    const deafTo = {
      id: 'deaf',
      ttlSeconds: 30,
      groups: [['coordinator'], ['sb-0', 'sb-1']],
      deaf: [[0, 1]],
    };
    expect(await put(deafTo)).to.deep.equal({ id: 'deaf', nodes: 1, hosts: {} });
    const workers = Array.from({ length: 6 }, (_, i) => `worker-${i}`);
    const all = { ...deafTo, groups: [['coordinator'], ['sb-0', 'sb-1', ...workers]] };
    await put(all);
    // It keeps a copy itself.
    expect(await write()).to.equal(1);
    await cluster.call('DELETE', '/v1/faults');
    await until('other nodes to take values', async () => (await write()) > 5);
  });

  it('make lookups slower as they are told to', async () => {
    const everybody = cluster.specs.flatMap(({ nodes }) => nodes.map(({ name }) => name));
    const degraded = [{ group: 0, degradation: { latencyMs: 80 } }];
    await put({ id: 'slow', ttlSeconds: 60, groups: [everybody], degraded });
    const { rpcLatencyMs } = await cluster.call<LookupMeasurement>('POST', '/v1/measure/lookup', {
      count: 20,
      seed: 1,
    });
    // The way there and the way back.
    expect(rpcLatencyMs.p50).to.be.within(155, 1000);
  });

  it('are refused when they make no sense', async () => {
    expect(await refusal({ ...split, groups: [['sb-0'], [], ['nobody']] })).to.match(/^404 No node "nobody"/);
    expect(await refusal({ ...split, deaf: [[0, 3]] })).to.match(/^400 groups has 3 groups, .* 3$/);
    expect(await refusal({ ...split, ttlSeconds: 0 })).to.match(/^400 ttlSeconds/);
    expect(await refusal({ ...split, id: 'a b' })).to.match(/^400 id/);
    const degraded = [{ group: 0, degradation: { loss: 2 } }];
    expect(await refusal({ ...split, degraded })).to.match(/^400 degraded.*loss/);
    expect(await active()).to.deep.equal([]);
  });
});
