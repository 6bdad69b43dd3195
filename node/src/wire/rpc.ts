import type { Clock, RandomSource, Transport } from '../kademlia/components.js';
import { readWord } from '../kademlia/id.js';
import { Attempt, type Call, type CallHandler, type CallOptions, OpenCall, type Peer } from './call.js';
import { HEADER_BYTES, REQUEST } from './datagram.js';
import type { Deadlines } from './deadlines.js';
import type { RoundTripEstimator } from './round-trip.js';
import { SlowPeers } from './slow-peers.js';
import type { RpcStats } from './stats.js';

export type { Call, CallHandler, CallOptions, Peer } from './call.js';

/**
 * A wait that is longer is looked at anew so often: what was measured since may have made it shorter, and
 * one pause of this process must not make every dead node cost seconds. Milliseconds.
 */
const RECONSIDER_MS = 500;
/** An attempt that timed out is still matched for this long, so that a slow peer is not taken for a dead one. */
const LINGER_MS = 2000;
/** Calls over which the loss of the network is averaged. */
const LOSS_MEMORY = 16;
/** Above this share of lost datagrams the network counts as lossy. */
const LOSSY_SHARE = 0.02;
/** So many late answers with none in time between them mean that the whole network has become slower. */
const SLOW_NETWORK = 3;
/** Above this share of late answers among the calls given up, to be given up says little of a peer. */
const HASTY_SHARE = 0.25;
/** Message ids are drawn from a pool of random bytes. */
const RANDOM_POOL_BYTES = 4000;

export interface RpcComponents {
  clock: Clock;
  random: RandomSource;
  deadlines: Deadlines;
  transport: Transport;
  roundTrip: RoundTripEstimator;
  stats: RpcStats;
}

/**
 * Requests in flight of one node: message ids, time-outs, one retry, matching of answers.
 *
 * Each attempt has a message id of its own, so a round trip is never ambiguous and a loss is told from
 * a late answer. An answer counts only from the address that was asked. Source: facts of the rpcudp
 * protocol; RFC 6298 for the wait.
 */
export class Rpc {
  readonly #parts: RpcComponents;
  readonly #attempts = new Map<number, Attempt>();
  readonly #waiting: OpenCall[] = [];
  readonly #slowPeers: SlowPeers;
  readonly #pool = new Uint8Array(RANDOM_POOL_BYTES);
  #poolOffset = RANDOM_POOL_BYTES;
  #inFlight = 0;
  /** Answers that came too late, since the last one in time. */
  #lateInARow = 0;
  #closed = false;
  /** Requests in flight at most; more wait their turn. */
  maxInFlight = Number.POSITIVE_INFINITY;
  /** Datagrams of one request at most, whatever the caller allows. */
  maxAttempts = Number.POSITIVE_INFINITY;
  /** Called when a peer answers for the first time. */
  onProven: ((peer: Peer) => void) | undefined;
  /** Called when a peer answers after its call had failed: it is alive after all. */
  onLateAnswer: ((peer: Peer) => void) | undefined;
  /** Share of calls whose first datagram was lost although the peer answered a later one; moving mean, 0-1. */
  #lossShare = 0;

  /** Share of calls given up whose answer came after all; moving mean, 0-1. */
  #lateShare = 0;

  constructor(parts: RpcComponents) {
    this.#parts = parts;
    this.#slowPeers = new SlowPeers(() => parts.roundTrip.ceilingMs);
  }

  /** Calls that wait for an answer or for their turn. */
  get pending(): number {
    return this.#inFlight + this.#waiting.length;
  }

  /** Whether the network loses datagrams: what looks dead may only be unlucky. */
  get lossy(): boolean {
    return this.#lossShare > LOSSY_SHARE;
  }

  /** Whether many of those given up answer after all: this process or its machine is overloaded, not they are dead. */
  get hasty(): boolean {
    return this.#lateShare > HASTY_SHARE;
  }

  /** Whether silence says little of a peer. */
  get unreliable(): boolean {
    return this.lossy || this.hasty;
  }

  /** Attempts that are neither answered nor known to be lost. */
  get unsettled(): number {
    return this.#attempts.size;
  }

  /** Sends a request. @param payload what follows the header */
  call(peer: Peer, payload: Uint8Array, handler: CallHandler, options: CallOptions): Call {
    const call = new OpenCall(peer, payload, handler, options);
    if (this.#closed) {
      call.done = true;
      queueMicrotask(() => handler.failed(call));
    } else if (this.#inFlight >= this.maxInFlight) this.#waiting.push(call);
    else this.#start(call);
    return call;
  }

  /** Sends a request to which no answer is expected. */
  notify(peer: Peer, payload: Uint8Array): void {
    if (!this.#closed) this.#transmit(peer, payload);
  }

  /** Matches a response with the request that it answers. */
  receive(bytes: Uint8Array, address: string, port: number): 'taken' | 'unasked' | 'misfit' {
    const attempt = this.#attempts.get(readWord(bytes, 1));
    if (!attempt?.matches(bytes, address, port)) return 'unasked';
    const call = attempt.call;
    if (!call.peer.proven) {
      call.peer.proven = true;
      this.onProven?.(call.peer);
    }
    const roundTripMs = this.#parts.clock.now() - attempt.sentAtMs;
    if (call.done) {
      this.#settle(attempt);
      if (call.refresh) this.#parts.stats.refreshDatagrams++;
      if (call.lost) this.#lateAnswer(call.peer, roundTripMs);
      else this.#sample(call.peer, roundTripMs);
      return 'taken';
    }
    // The handler runs before the books are closed: an answer that does not fit leaves the call waiting.
    call.done = true;
    call.answeredAttempt = attempt.number;
    if (!call.handler.answered(call, bytes, roundTripMs)) {
      call.done = false;
      return 'misfit';
    }
    this.#settle(attempt);
    this.#sample(call.peer, roundTripMs);
    this.#parts.stats.noteRoundTrip(roundTripMs);
    if (call.refresh) this.#parts.stats.refreshDatagrams++;
    this.#lossShare += ((attempt.number > 1 ? 1 : 0) - this.#lossShare) / LOSS_MEMORY;
    this.#release();
    return 'taken';
  }

  /** Fails everything that is pending and takes no more. */
  close(): void {
    this.#closed = true;
    const open = [...new Set([...this.#attempts.values()].map((attempt) => attempt.call)), ...this.#waiting];
    for (const attempt of this.#attempts.values()) attempt.settled = true;
    this.#attempts.clear();
    this.#waiting.length = 0;
    this.#inFlight = 0;
    for (const call of open) {
      if (call.done) continue;
      call.done = true;
      call.handler.failed(call);
    }
  }

  #start(call: OpenCall): void {
    this.#inFlight++;
    this.#parts.stats.requestsSent++;
    this.#send(call);
  }

  #send(call: OpenCall): void {
    const { clock, deadlines, stats } = this.#parts;
    call.attempts++;
    const now = clock.now();
    const payload = (call.attempts > 1 && call.fallback) || call.payload;
    const bytes = this.#transmit(call.peer, payload);
    const firstLookMs = Math.min(this.#waitMs(call), RECONSIDER_MS);
    const attempt = new Attempt(call, bytes, now, now + firstLookMs, this.#expired);
    this.#attempts.set(attempt.key, attempt);
    deadlines.add(attempt);
    stats.attempts++;
    if (call.refresh) stats.refreshDatagrams++;
  }

  /** How long the last attempt of a call is waited for, by what is known now. */
  #waitMs({ peer, attempts }: OpenCall): number {
    const { roundTrip } = this.#parts;
    const onceMs = Math.max(roundTrip.waitMs, this.#slowPeers.waitMs(peer));
    return Math.min(onceMs * 2 ** (attempts - 1), roundTrip.ceilingMs);
  }

  #transmit(peer: Peer, payload: Uint8Array): Uint8Array {
    const { transport, stats } = this.#parts;
    const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
    bytes[0] = REQUEST;
    this.#writeMessageId(bytes);
    bytes.set(payload, HEADER_BYTES);
    stats.datagramsSent++;
    stats.bytesSent += bytes.length;
    transport.send(bytes, peer.port, peer.address);
    return bytes;
  }

  readonly #expired = (attempt: Attempt): void => {
    const { deadlines, stats } = this.#parts;
    if (attempt.lingering) {
      this.#settle(attempt);
      const { peer, lost } = attempt.call;
      if (lost) this.#noteLost(false);
      const { id } = peer;
      if (id) stats.noteUnanswered(() => id.hex);
      return;
    }
    const call = attempt.call;
    const waitUntilMs = attempt.sentAtMs + this.#waitMs(call);
    if (!call.done && attempt.deadlineMs < waitUntilMs) {
      attempt.deadlineMs = Math.min(waitUntilMs, attempt.deadlineMs + RECONSIDER_MS);
      deadlines.add(attempt);
      return;
    }
    attempt.lingering = true;
    attempt.deadlineMs += LINGER_MS;
    deadlines.add(attempt);
    if (call.done) return;
    const attempts = Math.min(call.maxAttempts, call.fallback ? this.maxAttempts + 1 : this.maxAttempts);
    if (call.attempts < attempts) {
      this.#send(call);
      call.handler.slow?.(call);
      return;
    }
    call.done = true;
    call.lost = true;
    stats.requestsFailed++;
    this.#release();
    call.handler.failed(call);
  };

  #sample(peer: Peer, roundTripMs: number): void {
    const { roundTrip } = this.#parts;
    if (this.#slowPeers.sample(peer, roundTripMs, roundTrip.waitMs)) return;
    roundTrip.sample(roundTripMs);
    this.#lateInARow = 0;
  }

  /** One peer that answers late is slow; when nobody answers in time any more, the network is. */
  #lateAnswer(peer: Peer, roundTripMs: number): void {
    this.#slowPeers.add(peer, roundTripMs);
    this.#noteLost(true);
    if (++this.#lateInARow >= SLOW_NETWORK) this.#parts.roundTrip.sample(roundTripMs);
    this.onLateAnswer?.(peer);
  }

  #noteLost(late: boolean): void {
    this.#lateShare += ((late ? 1 : 0) - this.#lateShare) / LOSS_MEMORY;
  }

  #settle(attempt: Attempt): void {
    attempt.settled = true;
    this.#attempts.delete(attempt.key);
  }

  #release(): void {
    this.#inFlight--;
    const next = this.#waiting.shift();
    if (next) this.#start(next);
  }

  #writeMessageId(bytes: Uint8Array): void {
    do {
      if (this.#poolOffset >= RANDOM_POOL_BYTES) {
        this.#parts.random.fill(this.#pool);
        this.#poolOffset = 0;
      }
      for (let i = 1; i < HEADER_BYTES; i++) bytes[i] = this.#pool[this.#poolOffset++] as number;
    } while (this.#attempts.has(readWord(bytes, 1)));
  }
}
