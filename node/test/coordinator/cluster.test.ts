import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import type {
  DiscoveryMeasurement,
  DiscoveryRequest,
  HealthMeasurement,
  KeyValue,
  LookupMeasurement,
  NetworkView,
  ReachabilityMeasurement,
  RoutingMeasurement,
  StoreAnswer,
  StoreMeasurement,
} from '../../src/control/api.js';
import type { ShutdownAnswer } from '../../src/control/host-api.js';
import { HttpClient } from '../../src/control/http-client.js';
import type { HttpError } from '../../src/control/http-error.js';
import type { HostSpec, NodeGroup } from '../../src/host/spec.js';
import { Cluster } from '../support/cluster.js';
import { until } from '../support/until.js';

describe('a network of processes', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let view: NetworkView;

  const refusal = async (method: string, path: string, body?: unknown): Promise<HttpError> => {
    const answer = await cluster.call(method, path, body).catch((error) => error);
    if (!(answer instanceof Error)) throw new Error(`Answered ${JSON.stringify(answer)}`);
    return answer as HttpError;
  };

  before(async () => {
    cluster = await Cluster.start({ supers: 2, workers: 6 });
    view = await cluster.untilReady();
  });

  after(() => cluster.end());

  it('becomes ready when all planned nodes have joined and were found', () => {
    expect(view.tiers).to.deep.equal({
      super: { joined: 2, failed: 0, total: 2 },
      worker: { joined: 6, failed: 0, total: 6 },
    });
    expect(view.crawl).to.deep.equal({ seen: 8, total: 8 });
    expect(view.bootstrapSeconds).to.be.within(0.01, 60);
    expect(view.uptimePercent).to.equal(100);
    expect(view.hosts.map((host) => host.name).sort()).to.deep.equal(['super-0', 'super-1', 'worker-0']);
    for (const host of view.hosts) {
      expect(host.pid).to.equal(cluster.process(host.name).child.pid);
      expect(host.load.memoryBytes).to.be.above(1e6);
    }
    expect(view.coordinator.pid).to.equal(cluster.process('coordinator').child.pid);
  });

  it('tells a listener the present state at once', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const options = { headers: { authorization: 'Bearer a token of tests' } };
      get(`${cluster.url}/v1/events`, options, (response) => {
        response.once('data', (data) => {
          resolve(String(data));
          response.destroy();
        });
      }).once('error', reject);
    });
    expect(text).to.match(/^event: ready\ndata: \{.*"bootstrapSeconds":[\d.]+\}\n\n$/);
  });

  it('measures discovery with a node that leaves no trace', async () => {
    const discovery = await cluster.call<DiscoveryMeasurement>('POST', '/v1/measure/discovery');
    expect(discovery).to.include({
      found: 6,
      alive: 6,
      successPercent: 100,
      returned: 9,
      healthyPercent: 100,
    });
    expect(discovery.seconds).to.be.within(0, discovery.totalSeconds);
    const routing = await cluster.call<RoutingMeasurement>('POST', '/v1/measure/routing');
    expect(routing).to.deep.include({
      nodes: 9,
      weakComponents: 1,
      stronglyConnectedComponents: 1,
      orphans: [],
      staleEntries: 0,
    });
    expect(routing.edges).to.equal(9 * 8);
  });

  it('measures discovery by one of its nodes: cold, warm, verified, and only some', async () => {
    const measure = (body: DiscoveryRequest) =>
      cluster.call<DiscoveryMeasurement>('POST', '/v1/measure/discovery', { node: 'worker-2', ...body });
    for (const body of [{ cold: true }, {}, { verify: true }, { verify: false }, { count: 3 }]) {
      const discovery = await measure(body);
      expect(discovery, JSON.stringify(body)).to.include({ alive: 6, healthyPercent: 100 });
      // All workers but itself, the super nodes and the coordinator: everything found is returned.
      expect(discovery).to.include({ found: 5, returned: 8 });
    }
    const own = await cluster.call<DiscoveryMeasurement>('POST', '/v1/measure/discovery', { cold: false });
    expect(own).to.include({ found: 6, returned: 8, healthyPercent: 100 });
    expect((await refusal('POST', '/v1/measure/discovery', { node: 'nobody' })).status).to.equal(404);
    expect((await refusal('POST', '/v1/measure/discovery', { count: 0 })).status).to.equal(400);
  });

  it('measures health', async () => {
    const health = await cluster.call<HealthMeasurement>('POST', '/v1/measure/health');
    expect(health).to.deep.include({ checked: 8, healthy: 8, degraded: 0, unhealthy: 0, failures: [] });
  });

  it('measures lookups against the ground truth, as fast as they go and spread over time', async () => {
    const fast = await cluster.call<LookupMeasurement>('POST', '/v1/measure/lookup', { count: 50, seed: 7 });
    expect(fast).to.include({ lookups: 50, failed: 0, recall: 1, k: 20, lossPercent: 0 });
    expect(fast.hops.p50).to.equal(1);
    expect(fast.requestAttempts).to.be.at.least(50 * 7);
    expect(fast.rpcLatencyMs.p95).to.be.within(0.01, 5000);
    expect(fast.datagrams).to.be.at.least(2 * fast.requestAttempts);
    const spread = { count: 10, overSeconds: 1 };
    const slow = await cluster.call<LookupMeasurement>('POST', '/v1/measure/lookup', spread);
    expect(slow).to.include({ lookups: 10, failed: 0, recall: 1 });
    expect(slow.seconds).to.be.at.least(0.89);
  });

  it('measures storing, and takes the values back', async () => {
    const store = await cluster.call<StoreMeasurement>('POST', '/v1/measure/store', { count: 20 });
    expect(store).to.include({ written: 20, read: 20, successPercent: 100 });
    expect(store.replicas).to.be.within(8, 9);
    const metrics = await hostMetrics();
    expect(metrics).to.match(/^cqkd_stored_values\{.*\} 0$/m);
  });

  it('measures who reaches whom', async () => {
    const reach = await cluster.call<ReachabilityMeasurement>('POST', '/v1/measure/reachability');
    expect(reach.hosts).to.have.members(['super-0', 'super-1', 'worker-0']);
    expect(reach.matrix).to.deep.equal([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(reach.unreachable).to.equal(0);
  });

  it('refuses measurements that make no sense', async () => {
    for (const body of [{ count: 0 }, { count: 1.5 }, { concurrency: 1025 }, { overSeconds: 61 }, 'x', []]) {
      expect((await refusal('POST', '/v1/measure/lookup', body)).status).to.equal(400);
    }
    expect((await refusal('POST', '/v1/measure/lookup', { count: 20_000 })).message).to.equal(
      'count takes at most 10000, got 20000',
    );
    expect((await refusal('POST', '/v1/measure/nothing')).status).to.equal(404);
  });

  it('stores, reads and deletes values of all kinds', async () => {
    const values: KeyValue[] = [
      { value: 'text' },
      { value: 1.5 },
      { value: -7 },
      { value: true },
      { value: '' },
      { value: Buffer.from([0, 255, 128]).toString('base64'), encoding: 'base64' },
      { value: '18446744073709551615', type: 'integer' },
      { value: 1, type: 'float' },
    ];
    for (const [index, value] of values.entries()) {
      for (const by of ['', '?by=worker-1', '?by=sb-0']) {
        const path = `/v1/kv/${encodeURIComponent(`key/ä ${index}`)}`;
        const { replicas, wanted } = await cluster.call<StoreAnswer>('PUT', path + by, value);
        expect(replicas).to.be.at.least(8);
        expect(wanted).to.equal(9);
        for (const reader of ['', '?by=worker-2'])
          expect(await cluster.call('GET', path + reader)).to.deep.equal(value);
        await cluster.call('DELETE', path + by);
        for (const reader of ['', '?by=worker-2'])
          expect((await refusal('GET', path + reader)).status).to.equal(404);
      }
    }
  });

  it('confirms a value only when enough nodes took it', async () => {
    expect(await cluster.call('PUT', '/v1/kv/min?min=9', { value: 1 })).to.deep.equal({
      replicas: 9,
      wanted: 9,
    });
    const { status, message } = await refusal('PUT', '/v1/kv/min?min=10', { value: 1 });
    expect(status).to.equal(503);
    expect(message).to.match(/^9 of 9 nodes took the value, 10 are needed: /);
    expect((await refusal('DELETE', '/v1/kv/min?min=10')).status).to.equal(503);
    for (const min of ['0', '-1', 'x', '1.5', ''])
      expect((await refusal('PUT', `/v1/kv/min?min=${min}`, { value: 1 })).status, min).to.equal(400);
  });

  it('stores and reads values by the node that is named', async () => {
    const [first, second] = (await cluster.call<NetworkView>('GET', '/v1/network')).hosts.flatMap(
      ({ nodes }) => nodes,
    );
    const by = (name = '') => `/v1/kv/by-name?by=${encodeURIComponent(name)}`;
    const { replicas } = await cluster.call<StoreAnswer>('PUT', by(first?.name), { value: 'text' });
    expect(replicas).to.be.at.least(8);
    expect(await cluster.call('GET', by(second?.id))).to.deep.equal({ value: 'text' });
    expect((await refusal('GET', by('nobody'))).status).to.equal(404);
    expect((await refusal('PUT', by('nobody'), { value: 'text' })).status).to.equal(404);
    expect((await refusal('DELETE', by('nobody'))).status).to.equal(404);
  });

  it('refuses values that are none, or too large', async () => {
    expect((await refusal('GET', '/v1/kv/nothing')).status).to.equal(404);
    expect((await refusal('PUT', '/v1/kv/a', { value: null })).status).to.equal(400);
    expect((await refusal('PUT', '/v1/kv/a')).status).to.equal(400);
    expect((await refusal('PUT', '/v1/kv/a', { value: '\ud800' })).status).to.equal(400);
    expect((await refusal('PUT', '/v1/kv/a', { value: 1, min: 1 })).status).to.equal(400);
    expect((await refusal('PUT', '/v1/kv/a', { value: 1, encoding: 'base64' })).status).to.equal(400);
    expect((await refusal('PUT', '/v1/kv/a', { value: 'x'.repeat(8200) })).status).to.equal(413);
    expect((await refusal('PUT', '/v1/kv/a', { value: 'x'.repeat(100_000) })).status).to.equal(413);
  });

  it('refuses who has not the token', async () => {
    const stranger = new HttpClient({ token: 'guess' });
    for (const path of ['/v1/network', '/metrics', '/v1/events', '/v1/kv/a']) {
      const error = await stranger.request<HttpError>('GET', cluster.url + path).catch((reason) => reason);
      expect(error.status).to.equal(401);
    }
    expect(await stranger.request('GET', `${cluster.url}/readyz`)).to.deep.equal({
      ready: true,
      state: 'ready',
    });
    stranger.close();
  });

  it('serves metrics of the network and of each host', async () => {
    const network = await metricsOf(cluster.url);
    expect(network).to.match(/^cqkd_network_nodes\{tier="worker",state="joined",network="test"\} 6$/m);
    expect(network).to.match(/^cqkd_network_ready\{network="test"\} 1$/m);
    expect(network).to.match(/^cqkd_datagrams_total\{.*direction="sent".*\} \d+$/m);
    const again = await metricsOf(cluster.url);
    expect(again.split('\n').length).to.equal(network.split('\n').length);
    const host = await hostMetrics();
    expect(host).to.match(/^cqkd_nodes\{state="joined",.*host="worker-0",.*\} 6$/m);

    const documented = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8');
    const names = [...`${network}\n${host}`.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1] as string);
    expect(names).to.have.length.above(20);
    for (const name of names) expect(documented).to.include(`| \`${name}\` |`);
  });

  it('lets one node crash and come back', async () => {
    await cluster.call('POST', '/v1/nodes/worker-3/crash');
    const degraded = await cluster.until('the network to be degraded', ({ state }) => state === 'degraded');
    expect(degraded.tiers.worker?.joined).to.equal(5);
    const node = degraded.hosts.flatMap((host) => host.nodes).find(({ name }) => name === 'worker-3');
    expect(node?.state).to.equal('left');
    await cluster.call('POST', `/v1/nodes/${node?.id}/restart`);
    const whole = await cluster.untilReady();
    expect(whole.uptimePercent).to.be.below(100);
    expect(whole.bootstrapSeconds).to.equal(view.bootstrapSeconds);
    expect((await refusal('POST', '/v1/nodes/nobody/crash')).status).to.equal(404);
  });

  it('follows a change of the plan', async () => {
    const spec = structuredClone(cluster.specs[2]);
    const dropped = spec?.groups[0]?.nodes.pop();
    const answer = await cluster.call('PUT', '/v1/hosts/worker-0/spec', spec);
    expect(answer).to.include({ joining: 0, leaving: 1, moved: 0 });
    const smaller = { ...cluster.coordinatorSpec, expected: { super: 2, worker: 5 } };
    await cluster.call('PUT', '/v1/spec', smaller);
    const ready = await cluster.until('the smaller network', (now) => {
      return now.state === 'ready' && now.crawl.total === 7;
    });
    expect(ready.hosts.flatMap((host) => host.nodes).map(({ name }) => name)).not.to.include(dropped?.name);

    await cluster.call('PUT', '/v1/spec', cluster.coordinatorSpec);
    expect((await cluster.view()).state).to.equal('starting');
    await cluster.call('PUT', '/v1/hosts/worker-0/spec', cluster.specs[2]);
    await cluster.untilReady();
    expect((await refusal('PUT', '/v1/spec', { ...smaller, network: 'other' })).status).to.equal(409);
    const other = { ...spec, network: 'other' };
    expect((await refusal('PUT', '/v1/hosts/worker-0/spec', other)).status).to.equal(409);
    expect((await refusal('PUT', '/v1/hosts/nobody/spec', spec)).status).to.equal(404);
  });

  it('notices at once when a host dies, and takes it up again', async () => {
    const request = { count: 60, overSeconds: 2 };
    const measuring = cluster.call<LookupMeasurement>('POST', '/v1/measure/lookup', request);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await cluster.process('super-1').kill();
    const at = performance.now();
    const degraded = await cluster.until('the host to be lost', ({ hosts }) =>
      hosts.some((host) => host.state === 'lost'),
    );
    expect(performance.now() - at).to.be.below(8000);
    expect(degraded.state).to.equal('degraded');
    const lookups = await measuring;
    expect(lookups.lookups).to.equal(60);
    expect(lookups.failed).to.be.within(1, 59);
    expect(lookups.recall).to.be.below(1);
    const health = await cluster.call<HealthMeasurement>('POST', '/v1/measure/health');
    expect(health).to.deep.include({ checked: 8, unhealthy: 1, failures: ['sb-1'] });
    const reach = await cluster.call<ReachabilityMeasurement>('POST', '/v1/measure/reachability');
    expect(reach.unreachable).to.be.at.least(4);
    cluster.startHost(cluster.specs[1] as (typeof cluster.specs)[number]);
    await cluster.untilReady();
  });

  it('takes a host that hangs for lost, until it answers again', async () => {
    const { child } = cluster.process('super-1');
    child.kill('SIGSTOP');
    await cluster.until('the host to be lost', ({ hosts }) => hosts.some((host) => host.state === 'lost'));
    child.kill('SIGCONT');
    await cluster.untilReady();
  });

  it('survives the death of the coordinator: hosts tell the next one everything', async () => {
    await cluster.process('coordinator').kill();
    cluster.startCoordinator();
    const ready = await cluster.untilReady();
    expect(ready.hosts).to.have.length(3);
    expect(ready.hosts.flatMap((host) => host.nodes)).to.have.length(8);
    expect(ready.bootstrapSeconds).to.equal(null);
  });

  it('shuts a part down, then everything, and nothing stays', async () => {
    const part = await cluster.call<ShutdownAnswer>('POST', '/v1/shutdown', { hosts: ['super-1'] });
    expect(part).to.deep.equal({ stopped: ['super-1'], failed: [] });
    expect((await cluster.view()).hosts.map((host) => host.name)).not.to.include('super-1');
    const all = await cluster.call<ShutdownAnswer>('POST', '/v1/shutdown');
    expect(all).to.deep.equal({ stopped: ['worker-0', 'super-0'], failed: [] });
    await until('all processes to end', () =>
      [...cluster.processes.values()].every((each) => !each.isRunning),
    );
    for (const [name, each] of cluster.processes) {
      expect(await each.ended(), name).to.deep.equal({ code: 0, signal: null });
      expect(each.stderr, name).to.equal('');
    }
  });

  async function hostMetrics(): Promise<string> {
    const { hosts } = await cluster.view();
    return metricsOf(hosts.find((host) => host.name === 'worker-0')?.url ?? '');
  }
});

describe('a network of processes that tiers and regions share', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let view: NetworkView;

  before(async () => {
    cluster = await Cluster.startShared();
    view = await cluster.untilReady();
  });

  after(() => cluster.end());

  it('counts by tier, and tells the tier and region of each node and all of each host', () => {
    expect(view.tiers).to.deep.equal({
      super: { joined: 1, failed: 0, total: 1 },
      regional: { joined: 1, failed: 0, total: 1 },
      worker: { joined: 3, failed: 0, total: 3 },
    });
    const shared = view.hosts.find(({ name }) => name === 'shared-1');
    expect(shared).to.deep.include({ tiers: ['regional', 'worker'], regions: ['east', 'west'] });
    expect(shared?.nodes.map(({ name, tier, region }) => [name, tier, region])).to.deep.equal([
      ['rb-0', 'regional', 'east'],
      ['worker-0', 'worker', 'east'],
      ['worker-1', 'worker', 'west'],
      ['worker-2', 'worker', 'west'],
    ]);
    expect(view.bootstrap.regions).to.deep.equal([
      { name: 'east', total: 2, healthy: 2, workers: 1 },
      { name: 'west', total: 0, healthy: 0, workers: 2 },
    ]);
  });

  it('labels metrics with all tiers and regions of a host', async () => {
    const labels = /^cqkd_cpu_seconds_total\{(.*)\} /gm;
    const shared = view.hosts.find(({ name }) => name === 'shared-1');
    const told = [...(await metricsOf(cluster.url)).matchAll(labels)].map(([, text = '']) => text);
    const own = [...(await metricsOf(shared?.url ?? '')).matchAll(labels)].map(([, text = '']) => text);
    for (const [text, ...others] of [told.filter((text) => text.includes('host="shared-1"')), own]) {
      expect(others).to.deep.equal([]);
      expect(text?.split(/,(?=\w+=)/)).to.have.members([
        'network="test"',
        'host="shared-1"',
        'tiers="regional,worker"',
        'regions="east,west"',
      ]);
    }
  });

  it('tells of tiers and regions as they are after a change of the plan', async () => {
    const spec = structuredClone(cluster.specs[1]) as HostSpec;
    const [regional, east, west] = spec.groups as [NodeGroup, NodeGroup, NodeGroup];
    const groups = [regional, { ...east, region: 'north' }, west];
    const answer = await cluster.call('PUT', '/v1/hosts/shared-1/spec', { ...spec, groups });
    expect(answer).to.include({ joining: 1, leaving: 1, moved: 0 });
    const changed = await cluster.untilReady();
    const moved = changed.hosts.flatMap(({ nodes }) => nodes).find(({ name }) => name === 'worker-0');
    expect(moved).to.include({ region: 'north', state: 'joined' });
    const shared = changed.hosts.find(({ name }) => name === 'shared-1');
    expect(shared?.regions).to.deep.equal(['east', 'north', 'west']);
    expect(changed.tiers.worker).to.deep.equal({ joined: 3, failed: 0, total: 3 });
  });

  it('ends a host with the first of its tiers', async () => {
    const part = await cluster.call<ShutdownAnswer>('POST', '/v1/shutdown', { tiers: ['regional'] });
    expect(part).to.deep.equal({ stopped: ['shared-1'], failed: [] });
    const all = await cluster.call<ShutdownAnswer>('POST', '/v1/shutdown');
    expect(all).to.deep.equal({ stopped: ['super-0'], failed: [] });
  });
});

function metricsOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { headers: { authorization: 'Bearer a token of tests' } };
    get(`${url}/metrics`, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (data) => {
        text += data;
      });
      response.once('end', () => resolve(text));
    }).once('error', reject);
  });
}
