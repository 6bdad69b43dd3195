import { expect } from 'chai';
import { Host } from '../../src/host/host.js';
import { StatsWindow } from '../../src/host/window.js';
import { type KademliaNode, NodeId } from '../../src/index.js';
import { hostSpec, nodeGroup } from '../support/cluster.js';
import { freePorts } from '../support/free-ports.js';
import { until } from '../support/until.js';

describe('StatsWindow', () => {
  let hosts: Host[];
  let windows: StatsWindow[];
  let nodes: KademliaNode[];

  const start = async (name: string, ports: number[], root: number[]) => {
    const bootstrap = root.map((port) => `127.0.0.1:${port}`);
    const host = new Host({
      ...hostSpec(name),
      // No feature sends anything of its own.
      settings: { legacy_compatibility_mode: 'true' },
      candidates: [bootstrap],
      fallbackCandidates: bootstrap,
      groups: [
        nodeGroup(
          'worker',
          ports.map((port) => ({ name: `worker-${port}`, port, candidates: 0 })),
        ),
      ],
    });
    hosts.push(host);
    await host.start();
    await until('the nodes to join', () => host.isReady);
  };

  beforeEach(async () => {
    hosts = [];
    const [root = 0, ...others] = await freePorts(6);
    await start('worker-0', [root], []);
    await start('worker-1', others, [root]);
    windows = hosts.map((host) => new StatsWindow(host));
    nodes = hosts.flatMap((host) => host.nodes.map(({ dht }) => dht.kademlia));
    await until('all nodes to know one another', () => nodes.every((node) => node.table.size === 5));
  });

  afterEach(() => Promise.all(hosts.map((host) => host.end(false))));

  const lookups = (refresh: boolean) =>
    Promise.all(nodes.map((node) => node.lookup(NodeId.fromName('somewhere'), { refresh })));
  /** What the hosts saw while something ran, summed as a measurement does. */
  const during = async (work: () => Promise<unknown>) => {
    for (const window of windows) window.open();
    await work();
    const answers = await Promise.all(windows.map((window) => window.close(AbortSignal.timeout(5000))));
    const sum = (key: 'attempts' | 'datagrams' | 'refreshDatagrams') =>
      answers.reduce((total, answer) => total + answer[key], 0);
    return { attempts: sum('attempts'), datagrams: sum('datagrams'), refresh: sum('refreshDatagrams') };
  };

  it('counts each datagram of an exchange once: nothing but refresh is an overhead of 1', async () => {
    const { attempts, datagrams, refresh } = await during(() => lookups(true));
    expect(attempts).to.be.at.least(30);
    expect(datagrams).to.equal(2 * attempts);
    expect(refresh).to.equal(datagrams);
  });

  it('tells refresh from the rest', async () => {
    const { datagrams, refresh } = await during(async () => {
      await lookups(true);
      await lookups(false);
    });
    expect(refresh / datagrams).to.be.closeTo(0.5, 0.05);
  });

  it('counts the request alone when nobody answers', async () => {
    const [asking, silent] = nodes as [KademliaNode, KademliaNode];
    const contact = asking.table.contacts().find((one) => one.id.equals(silent.id));
    if (!contact) throw new Error('The nodes do not know one another');
    silent.close();
    const seen = await during(() => asking.ping(contact, 1, true));
    expect(seen).to.deep.equal({ attempts: 1, datagrams: 1, refresh: 1 });
  }).timeout(30_000);
});
