import { isFramed, REQUEST } from '../wire/datagram.js';
import { decodeRequest } from '../wire/request.js';
import type { Rpc } from '../wire/rpc.js';
import type { DropReason, RpcStats } from '../wire/stats.js';
import type { Clock, Transport } from './components.js';
import type { Contact } from './contact.js';
import type { NodeId } from './id.js';
import type { Incoming, RequestHandler } from './requests/request-handler.js';

export interface DispatcherInit {
  clock: Clock;
  transport: Transport;
  rpc: Rpc;
  stats: RpcStats;
  handlers: readonly RequestHandler[];
  contactOf: (sender: NodeId, address: string, port: number) => Contact;
  /** Decides about an answer that is larger than its request: true = it is sent. */
  mayAnswer: (request: Incoming, sender: Contact | undefined, answerBytes: number) => boolean;
  /** Called with the sender of each request after it was answered. */
  onSender: (sender: Contact, request: Incoming) => void;
}

/**
 * Takes every datagram that arrives to where it belongs: an answer to its request, a request to its handler.
 *
 * What is neither is counted and dropped; nothing that arrives can make it throw.
 */
export class Dispatcher {
  readonly #init: DispatcherInit;
  readonly #handlers = new Map<string, RequestHandler>();
  /** When a request last came that has a handler. */
  askedAtMs: number;

  constructor(init: DispatcherInit) {
    this.#init = init;
    this.askedAtMs = init.clock.now();
    for (const handler of init.handlers) this.handle(handler);
    init.transport.onDatagram((bytes, address, port) => this.#receive(bytes, address, port));
  }

  /** Adds a handler. @throws Error when the name is taken */
  handle(handler: RequestHandler): void {
    const { name } = handler;
    if (this.#handlers.has(name)) throw new Error(`The request "${name}" has a handler already`);
    this.#handlers.set(name, handler);
  }

  #receive(bytes: Uint8Array, address: string, port: number): void {
    const { stats } = this.#init;
    stats.datagramsReceived++;
    stats.bytesReceived += bytes.length;
    const dropped = this.#take(bytes, address, port);
    if (dropped) stats.dropped[dropped]++;
  }

  #take(bytes: Uint8Array, address: string, port: number): DropReason | undefined {
    // An answer to port 0 can't be sent; nobody honest sends from it.
    if (port === 0 || !isFramed(bytes)) return 'frame';
    if (bytes[0] === REQUEST) return this.#answer(bytes, address, port);
    const outcome = this.#init.rpc.receive(bytes, address, port);
    if (outcome === 'taken') return undefined;
    return outcome === 'misfit' ? 'response' : 'unasked';
  }

  #answer(bytes: Uint8Array, address: string, port: number): DropReason | undefined {
    const { clock, transport, stats, contactOf, mayAnswer, onSender } = this.#init;
    const request = decodeRequest(bytes);
    if (!request) return 'request';
    const handler = this.#handlers.get(request.name);
    if (!handler) return 'unknown';
    if (handler.needsSender && !request.sender) return 'request';
    this.askedAtMs = clock.now();
    const incoming = { ...request, bytes, address, port, learnSender: true };
    const answer = handler.handle(incoming);
    if (answer === undefined) return 'request';
    const sender = request.sender && contactOf(request.sender, address, port);
    if (answer && answer.length > bytes.length && !mayAnswer(incoming, sender, answer.length))
      return 'unproven';
    if (answer) {
      stats.datagramsSent++;
      stats.bytesSent += answer.length;
      transport.send(answer, port, address);
    }
    if (sender && incoming.learnSender) onSender(sender, incoming);
    return undefined;
  }
}
