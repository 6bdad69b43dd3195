import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect } from 'chai';
import { createProcessComponents } from '../../src/dht-node.js';
import { AddressBook, KademliaNode, NodeId, SeededRandom, udp } from '../../src/index.js';
import { heldBytes } from '../support/heap.js';
import { malformedDatagram } from '../support/malformed.js';

/** With CQKD_TEST_ALL=1 more of them. */
const DATAGRAMS = process.env.CQKD_TEST_ALL === '1' ? 2_000_000 : 250_000;
const WARM_UP = 100_000;
/** Growth of the heap by chance; 150,000 leaks of 64 bytes would show. */
const FLAT_BYTES = 9 * 1024 * 1024;
const BATCH = 100;

describe('malformed datagrams', () => {
  it(`survives ${DATAGRAMS} of them with its memory flat, and answers`, async function () {
    this.timeout(300_000);
    const { clock, random, deadlines } = createProcessComponents();
    const create = async (name: string) =>
      new KademliaNode(
        { clock, random, deadlines, book: new AddressBook(), transport: await udp.bind('127.0.0.1', 0) },
        { id: NodeId.fromName(name), parameters: { alpha: 3, k: 20, timeoutMs: 5000 } },
      );
    const node = await create('node');
    const sender = createSocket('udp4');
    sender.bind(0, '127.0.0.1');
    await once(sender, 'listening');
    const seeded = new SeededRandom(42);

    // The kernel drops what the node has not read yet, so each batch waits for the one before it; one that lost some goes on anyway.
    let sent = 0;
    let heapAfterWarmUp = 0;
    while (node.stats.datagramsReceived < DATAGRAMS) {
      for (let i = 0; i < BATCH; i++) sender.send(malformedDatagram(seeded), node.port, '127.0.0.1');
      sent += BATCH;
      for (let turns = 0; node.stats.datagramsReceived < sent && turns < 200; turns++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      sent = node.stats.datagramsReceived;
      if (heapAfterWarmUp === 0 && sent >= WARM_UP) heapAfterWarmUp = heldBytes();
    }

    expect(node.stats.datagramsReceived).to.be.at.least(DATAGRAMS);
    expect(node.stats.datagramsDropped).to.equal(node.stats.datagramsReceived);
    expect(node.table.size).to.equal(0);
    expect(node.storage.size).to.equal(0);
    expect(heldBytes() - heapAfterWarmUp).to.be.below(FLAT_BYTES);
    const other = await create('other');
    expect((await other.contactAt('127.0.0.1', node.port))?.id.equals(node.id)).to.equal(true);
    other.close();
    node.close();
    sender.close();
  });
});
