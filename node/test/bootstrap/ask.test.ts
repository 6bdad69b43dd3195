import { expect } from 'chai';
import { check } from '../../src/bootstrap/ask.js';
import { encodeAttach, packedKeyOf } from '../../src/bootstrap/attach-message.js';
import { BootstrapClient } from '../../src/bootstrap/bootstrap-client.js';
import { Candidates } from '../../src/bootstrap/candidates.js';
import { parseSettings } from '../../src/settings.js';
import { virtualNodes } from '../support/virtual-nodes.js';

const at = (port: number) => `10.0.0.1:${port}`;
const key = packedKeyOf('test');

describe('a check', () => {
  for (const adaptive of ['true', 'false']) {
    it(`is two datagrams and 0.8 s at most, with enable_adaptive_kademlia=${adaptive}`, async () => {
      const { network, create } = virtualNodes();
      const { kademlia, id } = await create('one', 1, [], { enable_adaptive_kademlia: adaptive });
      await create('other', 2, []);
      const sentAtMs: number[] = [];
      network.onDatagram = ({ to, atMs }) => {
        if (to !== at(2)) return;
        sentAtMs.push(atMs);
        // The first one is lost.
        if (sentAtMs.length > 1) network.restore();
      };
      network.cut(at(2), at(1));
      const other = { address: '10.0.0.1', port: 2 };
      const payload = encodeAttach(id, key, 'ask');
      expect(await network.clock.run(check(kademlia, other, payload))).to.be.instanceOf(Uint8Array);
      expect(sentAtMs).to.have.length(2);

      const startedAtMs = network.clock.now();
      expect(await network.clock.run(check(kademlia, { ...other, port: 3 }, payload))).to.equal(undefined);
      expect(network.clock.now() - startedAtMs).to.be.at.most(800);
      kademlia.close();
    });
  }

  it('of one that belongs to another network is not due again at once', async () => {
    const nodes = virtualNodes();
    const { kademlia } = await nodes.create('one', 1, []);
    nodes.setNetwork('other');
    await nodes.create('stranger', 2, []);
    const candidates = new Candidates(at(1), [at(2), at(3)], []);
    const [stranger, dead] = candidates.planned;
    const client = new BootstrapClient({
      node: kademlia,
      key,
      tier: 'worker',
      region: 'east',
      candidates,
      settings: () => parseSettings(),
    });
    const { clock } = nodes.network;
    if (!stranger || !dead) throw new Error('Expected two candidates');
    dead.healthy = false;
    expect((await clock.run(client.ask(stranger, 'ask')))?.status).to.equal('refused');
    expect(candidates.due(clock.now())).to.equal(dead);
    expect(stranger.checkAtMs - clock.now()).to.be.within(15_000, 45_000);
    kademlia.close();
  });
});
