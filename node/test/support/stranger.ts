import type { VirtualNetwork } from '../../src/index.js';
import type { Transport } from '../../src/kademlia/components.js';
import { AddressBook, type Contact } from '../../src/kademlia/contact.js';
import { ID_BYTES, NodeId } from '../../src/kademlia/id.js';
import { encodeContactsResponse } from '../../src/wire/contact-list.js';
import { REQUEST, responseTo } from '../../src/wire/datagram.js';
import { encodeValuePayload } from '../../src/wire/find-value.js';
import { pack } from '../../src/wire/message-pack.js';
import { decodeRequest, encodeRequest } from '../../src/wire/request.js';

export interface StrangerOptions {
  /** What it gives under every key; MessagePack. */
  value?: Uint8Array;
  /** Whether it answers stores. */
  takes?: boolean;
  /** Whom it names. */
  names?: () => readonly Contact[];
}

/** A peer that speaks the requests of the Python package and no others, as recorded from such nodes. */
export class Stranger {
  readonly contact: Contact;
  readonly #socket: Transport;
  readonly #options: StrangerOptions;
  /** Values that it was given, in the order in which they came. */
  readonly stored: Uint8Array[] = [];
  /** Names of the requests that came. */
  readonly asked: string[] = [];
  bytesReceived = 0;

  constructor(id: NodeId, socket: Transport, options: StrangerOptions = {}) {
    this.#socket = socket;
    this.#options = options;
    this.contact = new AddressBook().get(id, socket.address, socket.port);
    socket.onDatagram((bytes, address, port) => this.#receive(bytes, address, port));
  }

  static async bind(network: VirtualNetwork, id: NodeId, port: number, options?: StrangerOptions) {
    return new Stranger(id, await network.bind('10.9.9.9', port), options);
  }

  /** Sends a request and waits for nothing. */
  send(to: { address: string; port: number }, payload: Uint8Array): void {
    const header = new Uint8Array(1 + ID_BYTES);
    header.set(pack(Math.random()).subarray(0, 9), 1);
    this.#socket.send(Buffer.concat([header, payload]), to.port, to.address);
  }

  ping(to: { address: string; port: number }): void {
    this.send(to, encodeRequest('ping', this.contact.id));
  }

  #receive(bytes: Uint8Array, address: string, port: number): void {
    this.bytesReceived += bytes.length;
    if (bytes[0] !== REQUEST) return;
    const request = decodeRequest(bytes);
    if (!request) return;
    this.asked.push(request.name);
    const answer = this.#answer(request.name, bytes, request.rest);
    if (answer) this.#socket.send(answer, port, address);
  }

  #answer(name: string, bytes: Uint8Array, rest: Uint8Array): Uint8Array | undefined {
    const { value, names } = this.#options;
    switch (name) {
      case 'ping':
        return responseTo(bytes, pack(this.contact.id.bytes));
      case 'store':
        this.stored.push(rest.slice());
        if (this.#options.takes === false) return undefined;
        return responseTo(bytes, pack(true));
      case 'find_value':
        if (value) return responseTo(bytes, encodeValuePayload(value));
        return encodeContactsResponse(bytes, names?.() ?? []);
      case 'find_node':
        return encodeContactsResponse(bytes, names?.() ?? []);
      default:
        return undefined;
    }
  }
}

/** An id that differs from another one in its last bits only. */
export function idNextTo(id: NodeId, number: number): NodeId {
  const bytes = id.bytes;
  new DataView(bytes.buffer).setUint32(ID_BYTES - 4, number);
  return new NodeId(bytes);
}
