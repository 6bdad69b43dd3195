import { expect } from 'chai';
import { decodeAttachAnswer, encodeAttach, packedKeyOf } from '../../src/bootstrap/attach-message.js';
import type { NodeEvent } from '../../src/node-part.js';
import { namesOf, VirtualHierarchy } from '../support/virtual-hierarchy.js';
import { virtualNodes } from '../support/virtual-nodes.js';

describe('failover', () => {
  it('stands in for a sibling that is back but does not join, until it has', async () => {
    const network = new VirtualHierarchy({ counts: { super: 1, regional: 0, local: 4, worker: 0 } });
    await network.start();
    await network.network.clock.advance(20_000);
    network.crash(['local-2']);
    const back = await network.add('local-2');
    const types = () => network.events.map(({ type }) => type);
    await network.network.clock.advance(30_000);
    expect(types()).to.deep.equal(['promoted']);
    await network.run(back.join());
    await network.network.clock.advance(5000);
    expect(types()).to.deep.equal(['promoted', 'demoted']);
    network.close();
  });

  it('stands in for a sibling in whose place there is a node of another network, at once', async () => {
    const nodes = virtualNodes();
    const { clock } = nodes.network;
    const siblings = ['10.0.0.1:1', '10.0.0.1:2'];
    const events: NodeEvent[] = [];
    const create = async (port: number, candidates: string[]) => {
      const more = { tier: 'local', siblings, onEvent: (_: unknown, event: NodeEvent) => events.push(event) };
      const node = await nodes.create(`node-${port}`, port, candidates, {}, more as object);
      await clock.run(node.join());
      return node;
    };
    const first = await create(1, []);
    const second = await create(2, [siblings[0] as string]);
    await clock.advance(10_000);
    first.crash();
    nodes.setNetwork('other');
    const stranger = await nodes.create('stranger', 1, []);
    await clock.run(stranger.join());
    await clock.advance(4000);
    expect(events.map(({ type }) => type)).to.include('promoted');
    expect(second.bootstrapLoad()?.promoted).to.equal(true);
    second.crash();
    stranger.crash();
  });

  it('forgets, when one is back, only that it stood in for those before that one: they are still dead', async () => {
    const network = new VirtualHierarchy({ counts: { super: 1, regional: 0, local: 5, worker: 1 } });
    await network.start();
    const { clock } = network.network;
    await clock.advance(20_000);
    const dead = namesOf('local', 4);
    network.crash(dead);
    await clock.advance(30_000);
    const backup = network.node('local-4');
    await network.startAll(['local-3']);
    await clock.advance(45_000);
    expect(backup.bootstrapLoad()?.promoted).to.equal(false);
    expect(network.node('local-3').bootstrapLoad()?.promoted).to.equal(true);

    const { id, kademlia } = network.node('worker-0');
    const named = async () => {
      const self = { tier: 'worker', region: 'east', home: '' } as const;
      const bytes = await network.run(
        kademlia.request(backup, encodeAttach(id, packedKeyOf('test'), 'attach', self)),
      );
      return (
        bytes &&
        decodeAttachAnswer(bytes)
          ?.places.map((place) => network.nameAt(place))
          .sort()
      );
    };
    expect(await named()).to.deep.equal(['local-3']);
    // The one in between tells that the others are back.
    await network.startAll(dead.slice(0, 3));
    await clock.advance(60_000);
    expect(await named()).to.deep.equal(dead);
    network.crash(['local-3', 'local-2']);
    await clock.advance(10_000);
    expect(await named()).to.deep.equal(['local-0', 'local-1']);
    network.close();
  });
});
