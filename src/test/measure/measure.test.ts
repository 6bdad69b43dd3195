import type { HostLoad, NetworkView } from '@cqkd/node/control';
import { expect } from 'chai';
import { measure } from '../../measure/measure.js';
import { saturationOf } from '../../measure/saturation.js';
import type { Subject } from '../../measure/subject.js';
import { bootstrapOf } from '../support/bootstrap.js';

const load: HostLoad = { cpuSeconds: 1, memoryBytes: 1, eventLoopP99Ms: 1 };
const view: NetworkView = {
  network: 'test',
  state: 'ready',
  bootstrapSeconds: 1.5,
  tiers: { worker: { joined: 3, failed: 0, total: 3 } },
  crawl: { seen: 3, total: 3 },
  uptimePercent: 100,
  bootstrap: bootstrapOf(),
  foreign: [],
  hosts: [],
  coordinator: { pid: 1, load },
};
const refuse = async () => {
  throw new Error('refused');
};

/** A network that can tell its view and its usage, and nothing else. */
const subject: Subject = {
  workers: 3,
  seed: 1,
  view: async () => view,
  nodes: async () => view,
  entries: async () => ({ total: 2, healthy: 2 }),
  usage: async () => ({ cpuSeconds: 1, memoryBytes: 50e6, missing: [] }),
  discovery: refuse,
  health: refuse,
  lookup: refuse,
  store: refuse,
  reachability: refuse,
};
const { signal } = new AbortController();

describe('measure', () => {
  it('takes only the steps that the metrics need, and returns only those metrics', async () => {
    const titles: string[] = [];
    const measured = await measure(subject, {
      metrics: ['bootstrap_time'],
      signal,
      onStep: (title) => titles.push(title),
    });
    expect(titles).to.deep.equal(['bootstrap']);
    expect(measured).to.deep.equal([
      { id: 'bootstrap_time', value: 1.5, note: undefined, saturated: undefined },
    ]);
  });

  it('leaves without a value what could not be measured, and says why', async () => {
    const [lookups] = await measure(subject, { metrics: ['lookup_recall'], signal });
    expect(lookups).to.deep.equal({
      id: 'lookup_recall',
      value: null,
      note: 'could not be measured: refused',
    });
  });

  it('knows no bootstrap time of a network that never became ready', async () => {
    const starting = { ...subject, view: async () => ({ ...view, bootstrapSeconds: null }) };
    const [bootstrap] = await measure(starting, { metrics: ['bootstrap_time'], signal });
    expect(bootstrap?.value).to.equal(null);
    expect(bootstrap?.note).to.equal('the network never became ready');
  });

  it('counts the workers and endpoints that have joined, and names the first that failed', async () => {
    const error =
      'No free port of 127.0.0.1 in 7000-7001: raise MAX_PORT (at most 8999) or stop what holds them';
    const node = { id: '0'.repeat(40), address: '127.0.0.1', port: 0, tier: 'worker' as const };
    const host = { tier: 'worker', nodes: [] as object[] };
    const nodes = [
      { ...node, name: 'worker-0001', state: 'joined' },
      { ...node, name: 'worker-0002', state: 'failed', error },
    ];
    const failing = {
      ...view,
      tiers: {
        super: { joined: 0, failed: 2, total: 2 },
        worker: { joined: 2, failed: 1, total: 3 },
        endpoint: { joined: 1, failed: 0, total: 1 },
      },
      hosts: [{ ...host, nodes }] as unknown as NetworkView['hosts'],
    };
    const measureIt = async (nodesView: NetworkView) =>
      (await measure({ ...subject, nodes: async () => nodesView }, { metrics: ['join_success'], signal }))[0];
    expect(await measureIt(failing)).to.include({
      value: 75,
      note: `1 of 4 workers and endpoints have not joined; worker-0002: ${error}`,
    });
    expect(await measureIt(view)).to.deep.include({ value: 100, note: undefined });
  });

  it('takes the share of the bootstrap nodes that are healthy', async () => {
    const measureIt = async (total: number, healthy: number) => {
      const broken = { ...subject, entries: async () => ({ total, healthy }) };
      return (await measure(broken, { metrics: ['bootstrap_health'], signal }))[0];
    };
    expect(await measureIt(4, 3)).to.include({ value: 75, note: '1 of 4 bootstrap nodes are down' });
    expect(await measureIt(4, 4)).to.deep.include({ value: 100, note: undefined });
    expect(await measureIt(0, 0)).to.include({ value: null });
  });

  it('names a worker or endpoint that could not join, of all that share a host', async () => {
    const node = { id: '', address: '127.0.0.1', port: 1, region: 'east' };
    const traffic = {
      ...{ datagramsSent: 0, datagramsReceived: 0, bytesSent: 0, bytesReceived: 0, datagramsDropped: 0 },
      ...{ requestsSent: 0, requestsFailed: 0, refreshDatagrams: 0 },
    };
    const host: NetworkView['hosts'][number] = {
      ...{ name: 'shared-1', tiers: ['regional', 'worker'], regions: ['east'], state: 'up' },
      ...{ url: 'http://127.0.0.1:1', pid: 1, startedAt: 1, load, traffic },
      nodes: [
        { ...node, name: 'rb-east-1', tier: 'regional', state: 'failed', error: 'no matter' },
        { ...node, name: 'worker-0001', tier: 'worker', state: 'joined' },
        { ...node, name: 'worker-0002', tier: 'worker', state: 'failed', error: 'no bootstrap node' },
      ],
    };
    const tiers = {
      regional: { joined: 0, failed: 1, total: 1 },
      worker: { joined: 1, failed: 1, total: 2 },
    };
    const broken: Subject = { ...subject, nodes: async () => ({ ...view, tiers, hosts: [host] }) };
    const [joined] = await measure(broken, { metrics: ['join_success'], signal });
    expect(joined).to.include({
      value: 50,
      note: '1 of 2 workers and endpoints have not joined; worker-0002: no bootstrap node',
    });
  });

  it('tells of what discovery returned how much is alive', async () => {
    const discovery = async () => ({
      ...{ seconds: 0.5, totalSeconds: 1, found: 3, alive: 3, successPercent: 100, returned: 4 },
      foreign: 2,
      healthyPercent: 75,
    });
    const [healthy] = await measure({ ...subject, discovery }, { metrics: ['discovered_healthy'], signal });
    expect(healthy).to.include({
      id: 'discovered_healthy',
      value: 75,
      note: '2 foreign nodes are part of the network',
    });
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const running = measure(subject, { metrics: ['cpu'], signal: stop.signal, onStep: () => stop.abort() });
    const error = await running.catch((e: Error) => e.name);
    expect(error).to.equal('AbortError');
  });
});

describe('saturation', () => {
  const span = {
    times: { busySeconds: 10, totalSeconds: 20, stealSeconds: 0, waitingSeconds: 2 },
    seconds: 10,
    networkCpuSeconds: 8,
    harnessCpuSeconds: 1,
    eventLoopP99Ms: 5,
    hostP99Ms: 5,
  };
  /** The network and the harness take all but 5 % of the CPU; tasks wait half of the time. */
  const full = {
    ...span,
    times: { busySeconds: 19, totalSeconds: 20, stealSeconds: 0, waitingSeconds: 5 },
    networkCpuSeconds: 18,
    hostP99Ms: 200,
  };

  it('is not a network that is busy itself', () => {
    expect(saturationOf(span)).to.equal(undefined);
  });

  it('is another program, a stolen CPU, or a coordinator that lags', () => {
    expect(saturationOf({ ...span, networkCpuSeconds: 1 })).to.equal('other programs took 40 % of the CPU');
    expect(saturationOf({ ...span, times: { ...span.times, stealSeconds: 3 } })).to.equal(
      '15 % of the CPU was stolen by other guests',
    );
    expect(saturationOf({ ...span, eventLoopP99Ms: 250 })).to.equal('the coordinator was 250 ms behind');
  });

  it("is the network's own load, once it fills the processors and hosts are late", () => {
    const own =
      /^the network's own load fills the processors \((\d+) % of the CPU, hosts up to (\d+) ms late\): /;
    expect(own.exec(saturationOf(full) ?? '')?.slice(1)).to.deep.equal(['95', '200']);
    expect(saturationOf({ ...full, networkCpuSeconds: 16, hostP99Ms: 51 })).to.match(own);
    expect(saturationOf({ ...full, times: { ...full.times, waitingSeconds: null } })).to.match(own);
  });

  it("is the network's own load where tasks wait for a processor most of the time", () => {
    const waiting = { ...span, times: { ...span.times, waitingSeconds: 8.5 }, hostP99Ms: 120 };
    expect(saturationOf(waiting)).to.match(/^the network's own load fills the processors \(45 % of the CPU/);
    expect(saturationOf({ ...waiting, times: { ...waiting.times, waitingSeconds: 8.4 } })).to.equal(
      undefined,
    );
    expect(saturationOf({ ...waiting, seconds: 20 })).to.equal(undefined);
  });

  it('is no load that hosts keep up with, nor hosts that are late for another reason', () => {
    expect(saturationOf({ ...full, hostP99Ms: 50 })).to.equal(undefined);
    expect(saturationOf({ ...full, networkCpuSeconds: 15.9, hostP99Ms: 200 })).to.equal(undefined);
    expect(saturationOf({ ...span, hostP99Ms: 1000 })).to.equal(undefined);
    const times = { ...span.times, waitingSeconds: 9 };
    expect(saturationOf({ ...span, times, hostP99Ms: 50 })).to.equal(undefined);
  });

  it('is told by what other programs take first: then the network is not to blame', () => {
    expect(saturationOf({ ...full, networkCpuSeconds: 12 })).to.equal('other programs took 30 % of the CPU');
    const waiting = { ...full.times, waitingSeconds: 10 };
    expect(saturationOf({ ...full, times: waiting, networkCpuSeconds: 12 })).to.equal(
      'other programs took 30 % of the CPU',
    );
    expect(saturationOf({ ...full, eventLoopP99Ms: 250 })).to.match(/^the network's own load/);
  });

  it('can not be told of a moment', () => {
    const moment = { ...full.times, totalSeconds: 0.4, busySeconds: 0.4 };
    expect(saturationOf({ ...full, times: moment, networkCpuSeconds: 0.4 })).to.equal(undefined);
  });
});
