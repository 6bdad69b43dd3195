import { expect } from 'chai';
import { Host } from '../../src/host/host.js';
import { type KademliaNode, NodeId } from '../../src/index.js';
import { hostSpec, nodeGroup } from '../support/cluster.js';
import { freePorts } from '../support/free-ports.js';
import { trueNearest } from '../support/truth.js';
import { until } from '../support/until.js';

const K = 12;
const perHost = 15;
const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);

describe('nodes of hosts that leave at the same time', () => {
  let hosts: Host[];
  const nodesOf = (host: Host) => host.nodes.map(({ dht }) => dht.kademlia);

  beforeEach(async () => {
    hosts = [];
    const ports = await freePorts(3 * perHost);
    const bootstrap = [`127.0.0.1:${ports[0]}`];
    for (const name of ['stays', 'leaves', 'leaves-too']) {
      const own = ports.splice(0, perHost);
      const host = new Host({
        ...hostSpec(name),
        settings: { enable_adaptive_kademlia: 'false', fallback_k: String(K) },
        candidates: [[], bootstrap],
        fallbackCandidates: bootstrap,
        groups: [
          nodeGroup(
            'worker',
            own.map((port) => ({
              name: `${name}-${port}`,
              port,
              candidates: bootstrap.includes(`127.0.0.1:${port}`) ? 0 : 1,
            })),
          ),
        ],
      });
      hosts.push(host);
      await host.start();
      await until('the nodes to join', () => host.isReady);
    }
  });
  afterEach(() => Promise.all(hosts.map((host) => host.end(false))));

  it('give each value to K of those that stay, the nearest, and are forgotten', async () => {
    const [stays, ...leavers] = hosts as [Host, Host, Host];
    const staying = nodesOf(stays);
    const leaving = leavers.map((host) => nodesOf(host).map((node) => node.id.hex));
    for (const key of keys) await (staying[0] as KademliaNode).put(key, `value of ${key}`);
    expect(staying[0]?.parameters.k).to.equal(K);
    const signal = AbortSignal.timeout(30_000);
    await Promise.all(leavers.map((host) => host.end({ leaving: leaving.flat(), signal })));
    expect(signal.aborted).to.equal(false);
    for (const key of keys) {
      const id = NodeId.fromName(key);
      const holders = staying.filter((node) => node.storage.get(id) !== undefined);
      expect(holders.length, key).to.be.at.least(K);
      // Which of them are the nearest is for those that leave to know: one may have been unknown to all.
      const missing = trueNearest(staying, id, K).filter((node) => !holders.includes(node));
      expect(missing.length, key).to.be.at.most(1);
      expect(await (staying.at(-1) as KademliaNode).get(key)).to.equal(`value of ${key}`);
    }
    const gone = new Set(leaving.flat());
    const remembered = staying.flatMap(({ table }) => table.contacts().filter(({ id }) => gone.has(id.hex)));
    // An answer that was under way may still have named one.
    expect(remembered.length).to.be.below(0.1 * staying.length * gone.size);
  });
});
