import { expect } from 'chai';
import type { NetworkView, NodeReport, RoutingMeasurement } from '../../src/control/api.js';
import { type HostSpec, nodesOf } from '../../src/host/spec.js';
import type { Cluster } from '../support/cluster.js';
import type { EventListener } from '../support/event-listener.js';
import { startHierarchy } from '../support/hierarchy.js';
import { until } from '../support/until.js';

const workers = 40;
const capacity = 4 * 500 + 4 * 250 + 8 * 50;
/** Every orphan is attached again within it. Milliseconds. */
const REATTACHED_MS = 10_000;

describe('a hierarchy of processes', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let events: EventListener;

  before(async () => {
    // So that a host that returns is looked for every other second.
    cluster = await startHierarchy({ bootstrap_health_check_interval: '2' });
    await cluster.untilReady();
    events = cluster.listen();
  });

  after(async () => {
    events?.close();
    await cluster?.end();
  });

  const spec = (name: string) => cluster.specs.find((each) => each.name === name) as HostSpec;
  const kill = (...names: string[]) => Promise.all(names.map((name) => cluster.process(name).kill()));
  const placesOn = (...names: string[]) =>
    names.flatMap((name) => nodesOf(spec(name)).map(({ port }) => `127.0.0.1:${port}`));
  const workersOf = ({ hosts }: NetworkView): NodeReport[] =>
    hosts.flatMap((host) => host.nodes.filter((node) => node.tier === 'worker'));
  const untilAttached = (dead: readonly string[]) =>
    cluster.until('all workers to be attached to the living', (view) =>
      workersOf(view).every(({ parent }) => parent !== undefined && !dead.includes(parent)),
    );
  const untilWhole = () =>
    cluster.until('the network to be whole', ({ state, bootstrap }) => {
      const { total, healthy, promoted, workers } = bootstrap;
      return state === 'ready' && healthy === total && promoted.length === 0 && workers.orphaned === 0;
    });
  const countOf = (type: 'orphaned' | 'attached' | 'promoted' | 'demoted') =>
    new Set(events.of(type).map((event) => event.node)).size;

  it('reports its bootstrap nodes', async () => {
    await untilWhole();
    const { bootstrap } = await cluster.until('all leases to be reported', (view) => {
      return view.bootstrap.connections >= workers + 8 + 4;
    });
    expect(bootstrap).to.deep.include({
      total: 16,
      healthy: 16,
      capacity,
      regions: [
        { name: 'east', total: 8, healthy: 8, workers: 20 },
        { name: 'west', total: 8, healthy: 8, workers: 20 },
      ],
      coveragePercent: 100,
      failovers: 0,
      promoted: [],
      workers: { attached: workers, orphaned: 0 },
    });
  });

  it('attaches the workers of a dead host to others', async () => {
    const dead = placesOn('local-west');
    const orphans = workersOf(await cluster.view()).filter(({ parent }) => dead.includes(parent ?? ''));
    expect(orphans).to.have.length(20);
    await kill('local-west');
    const at = performance.now();
    await untilAttached(dead);
    expect(performance.now() - at).to.be.below(REATTACHED_MS);
    const { bootstrap } = await cluster.until('the backups to be promoted', (view) => {
      return view.bootstrap.promoted.length === dead.length && countOf('attached') >= orphans.length;
    });
    expect(bootstrap).to.include({ total: 16, healthy: 12, coveragePercent: 100, failovers: dead.length });
    expect(bootstrap.promoted).to.have.members(['local-0', 'local-1', 'local-2', 'local-3']);
    expect(bootstrap.workers).to.deep.equal({ attached: workers, orphaned: 0 });
    expect(countOf('orphaned')).to.be.at.least(orphans.length);
    expect(events.of('promoted').map(({ peer }) => peer)).to.have.members(dead);
  });

  it('lets a new worker join meanwhile', async () => {
    await cluster.call('POST', '/v1/nodes/worker-39/crash');
    await cluster.call('POST', '/v1/nodes/worker-39/restart');
    await cluster.until('the worker to have joined', (view) => {
      const worker = workersOf(view).find(({ name }) => name === 'worker-39');
      return worker?.state === 'joined' && view.bootstrap.workers.orphaned === 0;
    });
  });

  it('gives a host that returns its place back', async () => {
    cluster.startHost(spec('local-west'));
    expect((await untilWhole()).bootstrap.capacity).to.equal(capacity);
    await until('all to be demoted', () => countOf('demoted') === countOf('promoted'));
    const places = placesOn('local-west');
    await cluster.until('its workers to come back', (now) => {
      return workersOf(now).filter(({ parent }) => places.includes(parent ?? '')).length === workers / 2;
    });
  });

  it('loses no worker when all super nodes die, and finds together when they return', async () => {
    const supers = ['super-0', 'super-1', 'super-2', 'super-3'];
    await kill(...supers);
    await untilAttached(placesOn(...supers));
    await cluster.call('POST', '/v1/nodes/worker-0/crash');
    await cluster.call('POST', '/v1/nodes/worker-0/restart');
    const without = await cluster.until('the worker to have joined', ({ tiers }) => {
      return tiers.worker?.joined === workers;
    });
    expect(without.bootstrap).to.include({ total: 16, healthy: 12 });
    for (const name of supers) cluster.startHost(spec(name));
    await untilWhole();
    const routing = await cluster.call<RoutingMeasurement>('POST', '/v1/measure/routing');
    expect(routing).to.deep.include({ weakComponents: 1, stronglyConnectedComponents: 1, orphans: [] });
  });
});
