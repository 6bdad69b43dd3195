import { expect } from 'chai';
import type { DiscoveryMeasurement, LookupMeasurement } from '../../src/control/api.js';
import { createProcessComponents } from '../../src/dht-node.js';
import { KademliaNode, NodeId, udp } from '../../src/index.js';
import { Cluster } from '../support/cluster.js';

const FOREIGN = 12;

describe('nodes of another program in a network', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  const nodes: KademliaNode[] = [];
  const components = createProcessComponents();

  before(async () => {
    cluster = await Cluster.start();
    await cluster.untilReady();
    const [first = ''] = cluster.coordinatorSpec.candidates;
    const [address = '', port] = first.split(':');
    for (let i = 0; i < FOREIGN; i++) {
      const transport = await udp.bind('127.0.0.1', 0);
      const id = NodeId.fromName(`foreign ${i}`);
      const node = new KademliaNode({ ...components, transport }, { id, extensions: false });
      nodes.push(node);
      const seed = await node.contactAt(address, Number(port));
      if (seed) await node.join([seed]);
    }
  });

  after(async () => {
    for (const node of nodes) node.close();
    components.deadlines.close();
    await cluster.end();
  });

  const measure = <T>(kind: string, body = {}) => cluster.call<T>('POST', `/v1/measure/${kind}`, body);

  it('belong to what lookups and discoveries are scored against', async () => {
    const discovery = await measure<DiscoveryMeasurement>('discovery');
    expect(discovery).to.include({ foreign: FOREIGN, healthyPercent: 100, successPercent: 100 });
    const { recall } = await measure<LookupMeasurement>('lookup', { count: 100, seed: 1 });
    expect(recall).to.be.above(0.99);
    expect((await cluster.view()).foreign).to.have.members(nodes.map(({ port }) => `127.0.0.1:${port}`));
  });

  it('count as dead when they do not answer any more', async () => {
    for (const node of nodes.slice(FOREIGN / 2)) node.close();
    await new Promise((resolve) => setTimeout(resolve, 5100));
    const discovery = await measure<DiscoveryMeasurement>('discovery');
    expect(discovery).to.include({ foreign: FOREIGN / 2, healthyPercent: 100 });
  });
});
