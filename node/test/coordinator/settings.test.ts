import { expect } from 'chai';
import type { LookupMeasurement, NetworkView } from '../../src/control/api.js';
import type { HttpError } from '../../src/control/http-error.js';
import type { SettingsAnswer, SettingsView } from '../../src/control/settings-api.js';
import { phases } from '../../src/settings.js';
import { Cluster } from '../support/cluster.js';
import type { EventListener } from '../support/event-listener.js';
import { until } from '../support/until.js';

describe('settings of a running network', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let events: EventListener;
  let ready: NetworkView;

  const put = (body: unknown) => cluster.call<SettingsAnswer>('PUT', '/v1/settings', body);
  const get = () => cluster.call<SettingsView>('GET', '/v1/settings');
  const refusal = async (body: unknown) => {
    const answer = await put(body).catch((error) => error);
    if (!(answer instanceof Error)) throw new Error(`Answered ${JSON.stringify(answer)}`);
    return [(answer as HttpError).status, answer.message];
  };
  const lookUp = () => cluster.call<LookupMeasurement>('POST', '/v1/measure/lookup', { count: 24, seed: 3 });
  /** A single answer that came late on a busy machine is no fault of the settings. */
  const expectAnswers = (measured: LookupMeasurement, lookups: number) => {
    expect(measured).to.include({ lookups, failed: 0 });
    expect(measured.recall).to.be.above(0.95);
  };
  const pids = ({ hosts }: NetworkView) => hosts.map(({ name, pid }) => `${name} ${pid}`).sort();
  const applied = { 'super-0': 'applied', 'super-1': 'applied', 'worker-0': 'applied' };

  before(async () => {
    cluster = await Cluster.start({ supers: 2, workers: 4 });
    ready = await cluster.untilReady();
    events = cluster.listen();
  });

  after(async () => {
    events.close();
    await cluster.end();
  });

  it('are those of the plan at first', async () => {
    const view = await get();
    expect(view).to.deep.include({ changes: [], hosts: {}, nodes: {}, away: [] });
    for (const { flag } of phases) expect(view.settings[flag], flag).to.equal('true');
    expect(view.settings.regional_bootstrap_count).to.equal(null);
    expect(view.settings.fallback_bootstrap_nodes).to.equal('127.0.0.1:5678,127.0.0.1:5679');
  });

  for (const { flag, name } of phases.filter(({ number }) => number > 1)) {
    it(`switch ${name} off and on again: the network answers all the time`, async () => {
      const spread = { count: 40, overSeconds: 1, seed: 3 };
      const during = cluster.call<LookupMeasurement>('POST', '/v1/measure/lookup', spread);
      expect(await put({ settings: { [flag]: 'false' } })).to.deep.equal({
        applied: [flag],
        restart: [],
        hosts: applied,
      });
      const off = await get();
      expect(off.settings[flag]).to.equal('false');
      expect(off).to.deep.include({ hosts: {}, nodes: {}, changes: [{ settings: { [flag]: 'false' } }] });
      await put({ settings: { [flag]: null } });
      const on = await get();
      expect(on.settings[flag]).to.equal('true');
      expect(on).to.deep.include({ hosts: {}, nodes: {}, changes: [] });
      expectAnswers(await during, 40);
      expectAnswers(await lookUp(), 24);
    });
  }

  it('need a new deployment where running nodes do not take them', async () => {
    const settings = { enable_dynamic_ports: 'false', fallback_alpha: '5' };
    const answer = await put({ settings });
    expect(answer).to.deep.equal({
      applied: ['fallback_alpha'],
      restart: ['enable_dynamic_ports'],
      hosts: applied,
    });
    const view = await get();
    expect(view.settings).to.include({ enable_dynamic_ports: 'true', fallback_alpha: '5' });
    const none = await put({ settings: { base_port: '7100' } });
    expect(none).to.deep.equal({ applied: [], restart: ['base_port'], hosts: {} });
    await put({ settings: { fallback_alpha: null } });
  });

  it('change what nodes do at once', async () => {
    await put({ settings: { enable_adaptive_kademlia: 'false', fallback_k: '3' } });
    expect((await lookUp()).k).to.equal(3);
    await put({ settings: { enable_adaptive_kademlia: null, fallback_k: null } });
    expect((await lookUp()).k).to.equal(20);
  });

  it('are tried on a part of the workers first, and live on when these are restarted', async () => {
    const nodes = ['worker-1', 'worker-3'];
    const { id } = (ready.hosts.find(({ tiers }) => tiers.includes('worker'))?.nodes ?? [])[3] ?? {};
    const settings = { enable_health_check: 'false' };
    const answer = await put({ settings, nodes: ['worker-1', id] });
    expect(answer.hosts).to.deep.equal({ 'worker-0': 'applied' });
    const canary = await get();
    expect(canary.settings.enable_health_check).to.equal('true');
    expect(canary.hosts).to.deep.equal({});
    expect(canary.nodes).to.deep.equal({ 'worker-1': settings, 'worker-3': settings });
    expect(canary.changes).to.deep.equal([{ settings, nodes }]);

    await cluster.call('POST', '/v1/nodes/worker-3/restart');
    await cluster.untilReady();
    expect((await get()).nodes).to.deep.equal(canary.nodes);

    await put({ settings, tiers: ['worker'] });
    const tier = await get();
    expect(tier).to.deep.include({ hosts: { 'worker-0': settings }, nodes: {} });
    await put({ settings });
    const all = await get();
    expect(all).to.deep.include({ hosts: {}, nodes: {}, changes: [{ settings }] });
    expect(all.settings.enable_health_check).to.equal('false');

    const back = { settings: { enable_health_check: 'true' }, hosts: ['super-1'] };
    expect((await put(back)).hosts).to.deep.equal({ 'super-1': 'applied' });
    expect((await get()).hosts).to.deep.equal({ 'super-1': { enable_health_check: 'true' } });
    await put({ settings: { enable_health_check: null } });
    expect(await get()).to.deep.include({ hosts: {}, nodes: {}, changes: [] });
  });

  it('restart no process, and are told to those who listen', async () => {
    expect(pids(await cluster.view())).to.deep.equal(pids(ready));
    const told = events.of('settings').map(({ message }) => message);
    expect(told).to.include.members([
      'enable_health_check=false for the whole network',
      'enable_health_check=false for worker-1, worker-3',
      'enable_health_check as planned for the whole network',
    ]);
  });

  it('leave only counters without performance monitoring', async () => {
    const kinds = async (url: string) => {
      const headers = { authorization: 'Bearer a token of tests' };
      const text = await (await fetch(`${url}/metrics`, { headers })).text();
      return new Set([...text.matchAll(/^# TYPE \S+ (\S+)$/gm)].map((match) => match[1]));
    };
    const urls = [cluster.url, ...ready.hosts.map(({ url }) => url)];
    for (const url of urls) expect(await kinds(url)).to.have.all.keys('counter', 'gauge');
    await put({ settings: { performance_monitoring_enabled: 'false' } });
    for (const url of urls) expect(await kinds(url)).to.have.all.keys('counter');
    await put({ settings: { performance_monitoring_enabled: null } });
    for (const url of urls) expect(await kinds(url)).to.have.all.keys('counter', 'gauge');
  });

  it('are refused with one line when they make no sense', async () => {
    const settings = { fallback_k: '9' };
    const cases: [unknown, number, string][] = [
      [
        { settings: { fallback_k: 'many' } },
        400,
        'FALLBACK_K takes a whole number from 1 to 100, got "many"',
      ],
      [{ settings: { fallback: '1' } }, 400, 'Unknown setting fallback'],
      [{ settings: { fallback_k: 9 } }, 400, 'settings.fallback_k takes a value of type string, got 9'],
      [{ settings: {} }, 400, 'settings takes at least one setting, got {}'],
      [{}, 400, 'settings takes a value of type record, got nothing'],
      [
        { settings, workers: 3 },
        400,
        'the body takes no workers, got {"settings":{"fallback_k":"9"},"workers":3}',
      ],
      [{ settings, hosts: [] }, 400, 'hosts takes at least 1, got []'],
      [{ settings, hosts: ['worker-0', 'worker-9'] }, 404, 'No host "worker-9" in this network'],
      [{ settings, tiers: ['regional'] }, 404, 'No node of tier "regional" in this network'],
      [{ settings, nodes: ['nobody'] }, 404, 'No node "nobody" in this network'],
      [
        { settings: { active_refresh_min_interval: '700' }, hosts: ['worker-0'] },
        400,
        'ACTIVE_REFRESH_MIN_INTERVAL takes at most STABLE_REFRESH_MAX_INTERVAL (600), got 700',
      ],
      [{ settings: { max_port: '6000' } }, 400, 'MAX_PORT takes at least BASE_PORT (7000), got 6000'],
      [
        { settings: { performance_monitoring_enabled: 'false' }, nodes: ['worker-1'] },
        400,
        'PERFORMANCE_MONITORING_ENABLED takes whole hosts, got nodes: name hosts or tiers',
      ],
      [
        { settings: { enable_fallback_mode: 'false' }, tiers: ['worker'] },
        400,
        'ENABLE_FALLBACK_MODE takes the whole network, got a part of it',
      ],
    ];
    for (const [body, status, message] of cases) expect(await refusal(body)).to.deep.equal([status, message]);
    expect((await get()).changes).to.deep.equal([]);
  });

  it('blame what was changed, not what was there before', async () => {
    await put({ settings: { active_refresh_min_interval: '500' } });
    expect(await refusal({ settings: { stable_refresh_max_interval: '400' } })).to.deep.equal([
      400,
      'STABLE_REFRESH_MAX_INTERVAL takes at least ACTIVE_REFRESH_MIN_INTERVAL (500), got 400',
    ]);
    await put({ settings: { active_refresh_min_interval: null } });
  });

  it('reach a host that was down when it is back', async () => {
    await cluster.process('super-1').kill();
    await cluster.until('the host to be lost', ({ hosts }) => hosts.some(({ state }) => state === 'lost'));
    const { hosts } = await put({ settings: { enable_adaptive_refresh: 'false' } });
    expect(hosts).to.deep.equal({ ...applied, 'super-1': 'away, takes it when it is back' });
    expect((await get()).away).to.deep.equal(['super-1']);
    cluster.startHost(cluster.specs[1] as (typeof cluster.specs)[number]);
    await cluster.untilReady();
    const view = await until('the host to take the settings', async () => {
      const now = await get();
      return now.away.length === 0 && Object.keys(now.hosts).length === 0 && now;
    });
    expect(view.settings.enable_adaptive_refresh).to.equal('false');
    expect(view.nodes).to.deep.equal({});
  });

  it('outlive the coordinator', async () => {
    await cluster.process('coordinator').kill();
    cluster.startCoordinator();
    await cluster.untilReady();
    const view = await until('the coordinator to learn the settings', async () => {
      const now = await get();
      return now.changes.length > 0 && now;
    });
    expect(view.settings.enable_adaptive_refresh).to.equal('false');
    expect(view).to.deep.include({ hosts: {}, nodes: {}, away: [] });
  });

  it('follow the plan, where nothing was changed since', async () => {
    const settings = { fallback_k: '12', enable_adaptive_refresh: 'true' };
    for (const spec of cluster.specs) {
      await cluster.call('PUT', `/v1/hosts/${spec.name}/spec`, { ...spec, settings });
    }
    await cluster.call('PUT', '/v1/spec', { ...cluster.coordinatorSpec, settings });
    const view = await get();
    expect(view).to.deep.include({ hosts: {}, nodes: {}, away: [] });
    expect(view.settings).to.include({ fallback_k: '12', enable_adaptive_refresh: 'false' });
    const bad = { ...cluster.coordinatorSpec, settings: { fallback_k: '0' } };
    const error: HttpError = await cluster.call<never>('PUT', '/v1/spec', bad).catch((reason) => reason);
    expect([error.status, error.message]).to.deep.equal([
      400,
      'FALLBACK_K takes a whole number from 1 to 100, got "0"',
    ]);
  });
});

describe('settings of a network whose hosts are shared', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  const put = (body: unknown) => cluster.call<SettingsAnswer>('PUT', '/v1/settings', body);
  const get = () => cluster.call<SettingsView>('GET', '/v1/settings');
  const settings = { enable_health_check: 'false' };

  before(async () => {
    cluster = await Cluster.startShared();
    await cluster.untilReady();
  });

  after(() => cluster.end());

  afterEach(async () => {
    await put({ settings: { enable_health_check: null } });
    expect(await get()).to.deep.include({ hosts: {}, nodes: {}, changes: [] });
  });

  /** Names of the nodes that check the health of others, as the hosts tell it. */
  const checking = async () => {
    const [view, { hosts }] = await Promise.all([get(), cluster.view()]);
    return hosts.flatMap(({ name: host, nodes }) =>
      nodes
        .filter(({ name }) => {
          const of = { ...view.settings, ...view.hosts[host], ...view.nodes[name] };
          return of.enable_health_check === 'true';
        })
        .map(({ name }) => name),
    );
  };

  it('reach the workers of a host alone when they are for workers', async () => {
    expect(await put({ settings, tiers: ['worker'] })).to.deep.equal({
      applied: ['enable_health_check'],
      restart: [],
      hosts: { 'shared-1': 'applied' },
    });
    expect((await checking()).sort()).to.deep.equal(['rb-0', 'sb-0']);
    expect((await get()).nodes).to.deep.equal({ 'rb-0': { enable_health_check: 'true' } });
    await cluster.call('POST', '/v1/nodes/rb-0/restart');
    await cluster.call('POST', '/v1/nodes/worker-2/restart');
    await cluster.untilReady();
    expect((await checking()).sort()).to.deep.equal(['rb-0', 'sb-0']);
  });

  it('reach the bootstrap node of a host alone when they are for its tier', async () => {
    expect((await put({ settings, tiers: ['regional'] })).hosts).to.deep.equal({ 'shared-1': 'applied' });
    expect((await checking()).sort()).to.deep.equal(['sb-0', 'worker-0', 'worker-1', 'worker-2']);
    expect((await put({ settings, tiers: ['super', 'worker'] })).hosts).to.deep.equal({
      'super-0': 'applied',
      'shared-1': 'applied',
    });
    expect(await checking()).to.deep.equal([]);
  });

  it('are refused when they make no sense for one of the tiers of a host', async () => {
    await put({ settings: { active_refresh_min_interval: '500' }, tiers: ['regional'] });
    const error: HttpError = await put({
      settings: { stable_refresh_max_interval: '400' },
      hosts: ['shared-1'],
    }).then(
      () => expect.fail('it was taken'),
      (reason) => reason,
    );
    expect([error.status, error.message]).to.deep.equal([
      400,
      'STABLE_REFRESH_MAX_INTERVAL takes at least ACTIVE_REFRESH_MIN_INTERVAL (500), got 400',
    ]);
    await put({ settings: { active_refresh_min_interval: null } });
  });

  it('refuse a tier that no node has', async () => {
    const error: HttpError = await put({ settings, tiers: ['worker', 'local'] }).then(
      () => expect.fail('it was taken'),
      (reason) => reason,
    );
    expect([error.status, error.message]).to.deep.equal([404, 'No node of tier "local" in this network']);
  });
});

describe('settings of a network in legacy mode', function () {
  this.timeout(60_000);

  it('switch no feature on', async () => {
    const cluster = await Cluster.start({ supers: 1, workers: 1 });
    try {
      await cluster.untilReady();
      const settings = { legacy_compatibility_mode: 'true' };
      await cluster.call('PUT', '/v1/spec', { ...cluster.coordinatorSpec, settings });
      const body = { settings: { enable_health_check: 'true' } };
      const error: HttpError = await cluster
        .call<never>('PUT', '/v1/settings', body)
        .catch((reason) => reason);
      expect([error.status, error.message]).to.deep.equal([
        409,
        'ENABLE_HEALTH_CHECK takes false in legacy mode, got "true"',
      ]);
      const view = await cluster.call<SettingsView>('GET', '/v1/settings');
      for (const { flag } of phases) expect(view.settings[flag], flag).to.equal('false');
    } finally {
      await cluster.end();
    }
  });
});
