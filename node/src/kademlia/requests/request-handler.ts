import type { Request } from '../../wire/request.js';

/** A request with what its handler needs to answer it. */
export interface Incoming extends Request {
  /** The whole datagram; the answer takes its message id over. */
  bytes: Uint8Array;
  address: string;
  port: number;
  /** True: the sender goes into the routing table. A handler may set it to false. */
  learnSender: boolean;
}

/** Answers one kind of request. */
export interface RequestHandler {
  /** As it stands in the datagram. */
  readonly name: string;
  /** True: a request without a sender is dropped. */
  readonly needsSender: boolean;
  /** @returns the datagram to send back; undefined when the arguments are wrong; null to leave it unanswered. */
  handle(incoming: Incoming): Uint8Array | undefined | null;
}
