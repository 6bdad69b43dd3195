import { NodeId, readWord } from '../kademlia/id.js';
import type { Expiring } from './deadlines.js';

/** Who waits for an answer. The methods are called from the receive path: they must not throw. */
export interface CallHandler {
  /** @returns false when the answer does not fit; it is dropped and the call goes on waiting. */
  answered(call: Call, bytes: Uint8Array, roundTripMs: number): boolean;
  /** The first attempt timed out and the request was sent again. */
  slow?(call: Call): void;
  /** No attempt was answered. An answer may still come late: see `answeredLate`. */
  failed(call: Call): void;
}

/** Where a request goes. `id` is unknown when only the address is known (a bootstrap node). */
export interface Peer {
  readonly id?: NodeId;
  readonly address: string;
  readonly port: number;
  /** Set when it answers. */
  proven?: boolean;
}

/** One request, with all the attempts to get it answered. */
export interface Call {
  readonly peer: Peer;
  /** Sent on behalf of refresh. */
  readonly refresh: boolean;
  /** The handler's own number for it. */
  readonly tag: number;
  readonly done: boolean;
  /** Which attempt was answered; 1 = the first. */
  readonly answeredAttempt: number;
}

export interface CallOptions {
  /** Datagrams at most: 1 and the retries. */
  attempts: number;
  refresh?: boolean;
  tag?: number;
  /** What the attempts after the first one send instead, for peers that do not know the request. */
  fallback?: Uint8Array | undefined;
}

/** A call with its books. */
export class OpenCall implements Call {
  attempts = 0;
  done = false;
  /** Given up without an answer. */
  lost = false;
  readonly refresh: boolean;
  readonly tag: number;
  readonly maxAttempts: number;
  readonly fallback: Uint8Array | undefined;
  answeredAttempt = 0;

  constructor(
    readonly peer: Peer,
    readonly payload: Uint8Array,
    readonly handler: CallHandler,
    options: CallOptions,
  ) {
    this.refresh = options.refresh ?? false;
    this.tag = options.tag ?? 0;
    this.maxAttempts = options.attempts;
    this.fallback = options.fallback;
  }
}

/** One datagram of a call. */
export class Attempt implements Expiring {
  readonly key: number;
  readonly number: number;
  readonly #messageId: NodeId;
  settled = false;
  /** Timed out, but still matched. */
  lingering = false;

  constructor(
    readonly call: OpenCall,
    bytes: Uint8Array,
    readonly sentAtMs: number,
    public deadlineMs: number,
    readonly expired: (attempt: Attempt) => void,
  ) {
    this.#messageId = new NodeId(bytes, 1);
    this.key = this.#messageId.w0;
    this.number = call.attempts;
  }

  matches(bytes: Uint8Array, address: string, port: number): boolean {
    const { peer } = this.call;
    const id = this.#messageId;
    return (
      peer.port === port &&
      peer.address === address &&
      readWord(bytes, 5) === id.w1 &&
      readWord(bytes, 9) === id.w2 &&
      readWord(bytes, 13) === id.w3 &&
      readWord(bytes, 17) === id.w4
    );
  }

  expire(): void {
    this.expired(this);
  }
}
