import { expect } from 'chai';
import type { HostReport, NetworkEvent, NodeState, Tier } from '../../src/control/api.js';
import { Registry } from '../../src/coordinator/registry.js';

const load = { cpuSeconds: 1, memoryBytes: 1, eventLoopP99Ms: 0 };
const traffic = {
  datagramsSent: 0,
  datagramsReceived: 0,
  bytesSent: 0,
  bytesReceived: 0,
  datagramsDropped: 0,
  requestsSent: 0,
  requestsFailed: 0,
  refreshDatagrams: 0,
};

function report(states: NodeState[] | undefined, changes: Partial<HostReport> = {}): HostReport {
  return {
    name: 'worker-0',
    tiers: ['worker'],
    regions: ['east'],
    pid: 100,
    url: 'http://127.0.0.1:1',
    startedAt: 1,
    uptimeMs: 1,
    ...(states && {
      nodes: states.map((state, index) => ({
        name: `worker-${index}`,
        id: `${index}`.repeat(40),
        address: '127.0.0.1',
        port: 7000 + index,
        tier: 'worker' as const,
        region: 'east',
        state,
      })),
    }),
    load,
    traffic,
    events: [],
    ...changes,
  };
}

describe('Registry', () => {
  let events: NetworkEvent[];
  let registry: Registry;

  beforeEach(() => {
    events = [];
    registry = new Registry({ onChange: () => {}, onEvent: (event) => events.push(event) });
  });

  it('asks an unknown host that sent no nodes for all of them', () => {
    expect(registry.report(report(undefined))).to.deep.equal({ resend: true });
    expect(registry.isSuccessor).to.equal(true);
    expect(registry.report(report(['joined']))).to.deep.equal({ resend: false });
    expect(registry.report(report(undefined))).to.deep.equal({ resend: false });
    expect(registry.liveNodes).to.have.length(1);
  });

  it('takes a host that was started anew for another one', () => {
    registry.report(report(['joined', 'joined']));
    expect(registry.isSuccessor).to.equal(false);
    expect(registry.report(report(undefined, { pid: 101 }))).to.deep.equal({ resend: true });
    expect(registry.isSuccessor).to.equal(false);
    registry.report(report(['joining', 'joined'], { pid: 101 }));
    expect(registry.liveNodes).to.have.length(1);
  });

  it('counts by tier what joined and failed, of what is planned', () => {
    registry.report(report(['joined', 'failed', 'joining']));
    expect(registry.progress({ super: 2, worker: 3 })).to.deep.equal({
      super: { joined: 0, failed: 0, total: 2 },
      worker: { joined: 1, failed: 1, total: 3 },
    });
  });

  it('counts the nodes of a host that several tiers share by their own tier', () => {
    const { nodes = [], ...rest } = report(['joined', 'failed', 'joined', 'joined', 'joining']);
    const tiers: Tier[] = ['regional', 'regional', 'worker', 'worker', 'worker'];
    const shared = nodes.map((node, index) => ({ ...node, tier: tiers[index] as Tier }));
    registry.report({ ...rest, tiers: ['regional', 'worker'], nodes: shared });
    registry.report(report(['joined', 'failed'], { name: 'worker-1', startedAt: 2 }));
    expect(registry.progress({ regional: 2, worker: 5 })).to.deep.equal({
      regional: { joined: 1, failed: 1, total: 2 },
      worker: { joined: 3, failed: 1, total: 5 },
    });
    registry.markLost('worker-0', 'dead');
    expect(registry.progress({ regional: 2, worker: 5 })).to.deep.equal({
      regional: { joined: 0, failed: 1, total: 2 },
      worker: { joined: 1, failed: 1, total: 5 },
    });
  });

  it('is out of date until a host that was given another spec reports it', () => {
    registry.report(report(['joined']));
    registry.expectReport('worker-0', 1);
    expect(registry.isCurrent).to.equal(false);
    registry.report(report(['joined'], { specRevision: 0 }));
    expect(registry.isCurrent).to.equal(false);
    registry.report(report(['starting'], { specRevision: 1 }));
    expect(registry.isCurrent).to.equal(true);
    registry.expectReport('worker-0', 1);
    expect(registry.isCurrent, 'reported before the answer arrived').to.equal(true);
  });

  it('waits for no report of a host that is gone or was started again', () => {
    for (const end of [
      () => registry.remove('worker-0'),
      () => registry.report(report(['joined'], { startedAt: 2 })),
    ]) {
      registry.report(report(['joined']));
      registry.expectReport('worker-0', 5);
      end();
      expect(registry.isCurrent).to.equal(true);
    }
  });

  it('leaves the nodes of a lost host out until it reports again', () => {
    registry.report(report(['joined']));
    registry.markLost('worker-0', 'dead');
    registry.markLost('worker-0', 'dead');
    expect(registry.liveNodes).to.have.length(0);
    expect(registry.progress({ worker: 1 }).worker?.joined).to.equal(0);
    expect(events.map((event) => event.type)).to.deep.equal(['host-up', 'host-lost']);
    registry.report(report(undefined));
    expect(registry.liveNodes).to.have.length(1);
    expect(events.at(-1)?.type).to.equal('host-up');
  });

  it('forgets a host that has ended', () => {
    registry.report(report(['joined']));
    registry.remove('worker-0');
    registry.remove('worker-0');
    expect(registry.hosts).to.have.length(0);
  });

  it('passes the events of hosts on', () => {
    registry.report(report(['joined'], { events: [{ at: 5, type: 'joined', node: 'worker-0' }] }));
    expect(events.map((event) => event.type)).to.deep.equal(['host-up', 'joined']);
  });

  it('counts the time that nodes answered, of the time since they joined', async () => {
    expect(registry.uptimePercent).to.equal(100);
    registry.report(report(['joined', 'joined']));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(registry.uptimePercent).to.equal(100);
    registry.report(report(['joined', 'left']));
    const before = registry.uptimePercent;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(registry.uptimePercent).to.be.below(before);
  });

  it('does not count a node that its host no longer has', async () => {
    registry.report(report(['joined', 'joined']));
    registry.report(report(['joined']));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(registry.uptimePercent).to.equal(100);
  });
});
