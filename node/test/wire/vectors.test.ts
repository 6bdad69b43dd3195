import { expect } from 'chai';
import { createProcessComponents } from '../../src/dht-node.js';
import { AddressBook, KademliaNode, NodeId, udp } from '../../src/index.js';
import { RawPeer } from '../support/raw-peer.js';

/*
 * Every byte here is derived by hand from the rpcudp framing (type, 20 bytes of message id) and the
 * MessagePack specification, as the Python package `kademlia` 2.x writes it with u-msgpack: bytes = bin 8
 * (c4), text = fixstr, tuples and lists = fixarray, ports = uint 16 (cd).
 */
const MESSAGE_ID = '0102030405060708090a0b0c0d0e0f1011121314';
const PEER_ID = 'aa'.repeat(20);
const KEY = '55'.repeat(20);
const OWN_NAME = 'node-under-test';

const FIND_NODE = 'a9 66696e645f6e6f6465'; // "find_node"
const FIND_VALUE = 'aa 66696e645f76616c7565'; // "find_value"
const STORE = 'a5 73746f7265'; // "store"
const PING = 'a4 70696e67'; // "ping"
const STUN = 'a4 7374756e'; // "stun"
const LOOPBACK = 'a9 3132372e302e302e31'; // "127.0.0.1"
const bin = (id: string) => `c4 14 ${id}`;
const request = (name: string, args: string) => `00 ${MESSAGE_ID} 92 ${name} ${args}`;
const bare = (hex: string) => hex.replaceAll(' ', '');
const port16 = (port: number) => `cd ${port.toString(16).padStart(4, '0')}`;

describe('wire vectors', () => {
  let node: KademliaNode;
  let peer: RawPeer;
  let own: string;

  beforeEach(async () => {
    const { clock, random, deadlines } = createProcessComponents();
    const transport = await udp.bind('127.0.0.1', 0);
    const id = NodeId.fromName(OWN_NAME);
    own = id.hex;
    const parameters = { alpha: 3, k: 20, timeoutMs: 5000 };
    node = new KademliaNode(
      { clock, random, deadlines, transport, book: new AddressBook() },
      { id, parameters },
    );
    peer = await RawPeer.open();
  });

  afterEach(() => {
    node.close();
    peer.close();
  });

  /** Sends a request and returns its answer, as hexadecimal digits. */
  async function ask(hex: string): Promise<string> {
    peer.send(hex, node.port);
    return (await peer.receive((bytes) => bytes[0] === 1)).toString('hex');
  }

  /** What the node sends for `name`, with the message id cut out; the caller answers or not. */
  async function sent(name: string): Promise<{ head: string; messageId: string; payload: string }> {
    const nameHex = bare(name);
    const hex = (await peer.receive((bytes) => bytes.toString('hex').slice(42).includes(nameHex))).toString(
      'hex',
    );
    return { head: hex.slice(0, 2), messageId: hex.slice(2, 42), payload: hex.slice(42) };
  }

  const contactOfPeer = async () => {
    peer.send(request(PING, `91 ${bin(PEER_ID)}`), node.port);
    await peer.receive((bytes) => bytes[0] === 1);
    return node.table.contacts()[0]!;
  };

  describe('answers', () => {
    it('ping: the own id', async () => {
      expect(await ask(request(PING, `91 ${bin(PEER_ID)}`))).to.equal(bare(`01 ${MESSAGE_ID} ${bin(own)}`));
    });

    it('stun: address and port as seen', async () => {
      expect(await ask(request(STUN, '90'))).to.equal(
        bare(`01 ${MESSAGE_ID} 92 ${LOOPBACK} ${port16(peer.port)}`),
      );
    });

    it('store: true; find_value: {"value": v} byte for byte', async () => {
      const float = 'cb 3ff0000000000000'; // 1.0: must not come back as the integer 1
      expect(await ask(request(STORE, `93 ${bin(PEER_ID)} ${bin(KEY)} ${float}`))).to.equal(
        bare(`01 ${MESSAGE_ID} c3`),
      );
      expect(await ask(request(FIND_VALUE, `92 ${bin(PEER_ID)} ${bin(KEY)}`))).to.equal(
        bare(`01 ${MESSAGE_ID} 81 a5 76616c7565 ${float}`),
      );
    });

    it('find_node: array of [id, ip, port] without the asker; empty when alone', async () => {
      expect(await ask(request(FIND_NODE, `92 ${bin(PEER_ID)} ${bin(KEY)}`))).to.equal(
        bare(`01 ${MESSAGE_ID} 90`),
      );
      const other = 'bb'.repeat(20);
      expect(await ask(request(FIND_NODE, `92 ${bin(other)} ${bin(KEY)}`))).to.equal(
        bare(`01 ${MESSAGE_ID} 91 93 ${bin(PEER_ID)} ${LOOPBACK} ${port16(peer.port)}`),
      );
    });

    it('find_value without a value: what find_node answers', async () => {
      await contactOfPeer();
      const other = 'bb'.repeat(20);
      expect(await ask(request(FIND_VALUE, `92 ${bin(other)} ${bin(KEY)}`))).to.equal(
        bare(`01 ${MESSAGE_ID} 91 93 ${bin(PEER_ID)} ${LOOPBACK} ${port16(peer.port)}`),
      );
    });

    it('what no store holds is refused, and the value that is there stays', async () => {
      await ask(request(STORE, `93 ${bin(PEER_ID)} ${bin(KEY)} c3`));
      for (const value of [
        'c0',
        '90',
        '91 01',
        '80',
        '81 a161 01',
        'd4 05 00',
        'd6 ff 00000000',
        'a3 eda080',
        'd9 01 ff',
      ])
        expect(await ask(request(STORE, `93 ${bin(PEER_ID)} ${bin(KEY)} ${value}`)), value).to.equal(
          bare(`01 ${MESSAGE_ID} c2`),
        );
      expect(await ask(request(FIND_VALUE, `92 ${bin(PEER_ID)} ${bin(KEY)}`))).to.equal(
        bare(`01 ${MESSAGE_ID} 81 a5 76616c7565 c3`),
      );
    });

    it('more than 15 contacts: array 16; never more than 35', async () => {
      for (let i = 1; i <= 60; i++) {
        const id = NodeId.fromName(`contact-${i}`);
        node.see(node.parts.book.get(id, '127.0.0.2', 300));
      }
      node.setParameters({ k: 40 });
      for (let i = 1; i <= 60; i++)
        node.see(node.parts.book.get(NodeId.fromName(`contact-${i}`), '127.0.0.2', 300));
      const answer = await ask(request(FIND_NODE, `92 ${bin(PEER_ID)} ${bin(KEY)}`));
      expect(answer.slice(0, 48)).to.equal(bare(`01 ${MESSAGE_ID} dc 0023`));
      expect(answer.length / 2).to.equal(21 + 3 + 35 * (1 + 22 + 10 + 3));
    });
  });

  describe('requests', () => {
    it('ping', async () => {
      void node.contactAt('127.0.0.1', peer.port, 1);
      const { head, payload } = await sent(PING);
      expect(head).to.equal('00');
      expect(payload).to.equal(bare(`92 ${PING} 91 ${bin(own)}`));
    });

    it('find_node', async () => {
      const contact = await contactOfPeer();
      void node.lookup(NodeId.fromHex(KEY), { seeds: [contact] });
      expect((await sent(FIND_NODE)).payload).to.equal(bare(`92 ${FIND_NODE} 92 ${bin(own)} ${bin(KEY)}`));
    });

    it('find_value, for the SHA-1 of a string key', async () => {
      await contactOfPeer();
      void node.get('hello');
      const sha1 = 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d';
      expect((await sent(FIND_VALUE)).payload).to.equal(bare(`92 ${FIND_VALUE} 92 ${bin(own)} ${bin(sha1)}`));
    });

    it('store, after the lookup of its holders', async () => {
      await contactOfPeer();
      void node.put('hello', 'world');
      const { messageId } = await sent(FIND_NODE);
      peer.send(`01 ${messageId} 90`, node.port);
      const sha1 = 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d';
      expect((await sent(STORE)).payload).to.equal(
        bare(`92 ${STORE} 93 ${bin(own)} ${bin(sha1)} a5 776f726c64`),
      );
    });

    it('takes the answers of a Python node', async () => {
      const contact = await contactOfPeer();
      const lookup = node.lookup(NodeId.fromHex(KEY), { seeds: [contact] });
      const { messageId } = await sent(FIND_NODE);
      peer.send(`01 ${messageId} 91 93 ${bin('cc'.repeat(20))} ${LOOPBACK} ${port16(peer.port)}`, node.port);
      const second = await sent(FIND_NODE);
      peer.send(`01 ${second.messageId} 90`, node.port);
      expect((await lookup).contacts.map((found) => found.id.hex)).to.have.members([
        PEER_ID,
        'cc'.repeat(20),
      ]);
    });

    it('takes {"value": v} of a Python node', async () => {
      await contactOfPeer();
      const read = node.get('hello');
      const { messageId } = await sent(FIND_VALUE);
      peer.send(`01 ${messageId} 81 a5 76616c7565 a5 776f726c64`, node.port);
      expect(await read).to.equal('world');
    });
  });
});
