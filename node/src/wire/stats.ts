/** Buckets a power of two; one bucket is 9 % wide. */
const BUCKETS_PER_DOUBLING = 8;
/** 0.01 ms … 2^24 × 0.01 ms (168 s). */
const SMALLEST_MS = 0.01;
const BUCKETS = 24 * BUCKETS_PER_DOUBLING;

/** Distribution of durations in milliseconds, in constant memory; each bucket 9 % wide. */
export class DurationHistogram {
  readonly counts: number[] = new Array(BUCKETS).fill(0);
  total = 0;

  add(durationMs: number): void {
    const index = Math.floor(
      Math.log2(Math.max(durationMs, SMALLEST_MS) / SMALLEST_MS) * BUCKETS_PER_DOUBLING,
    );
    const bucket = Math.min(index, BUCKETS - 1);
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.total++;
  }

  merge(other: { counts: readonly number[]; total: number }): void {
    for (let i = 0; i < BUCKETS; i++) this.counts[i] = (this.counts[i] as number) + (other.counts[i] ?? 0);
    this.total += other.total;
  }

  /** @param share 0-1. @returns milliseconds; 0 when nothing was added. */
  percentile(share: number): number {
    let left = Math.ceil(this.total * share);
    if (left === 0) return 0;
    for (let i = 0; i < BUCKETS; i++) {
      left -= this.counts[i] as number;
      if (left <= 0) return SMALLEST_MS * 2 ** ((i + 0.5) / BUCKETS_PER_DOUBLING);
    }
    return SMALLEST_MS * 2 ** (BUCKETS / BUCKETS_PER_DOUBLING);
  }
}

/** Why a datagram was dropped. */
export type DropReason =
  /** Too short, too long, or neither request nor response. */
  | 'frame'
  /** A request that is no valid MessagePack or has arguments of wrong types. */
  | 'request'
  /** A request whose name nobody handles. */
  | 'unknown'
  /** A response to nothing that was asked, or from another address than was asked. */
  | 'unasked'
  /** A response that does not fit its request. */
  | 'response'
  /** A request that was not answered: too much was sent to its address, from which nothing was answered yet. */
  | 'unproven';

/** Most different peers whose unanswered attempts are counted apart. */
const MAX_UNANSWERED_PEERS = 4096;

/** What one node's socket and requests have seen since it started; plain counters, cheap to keep. */
export class RpcStats {
  datagramsSent = 0;
  datagramsReceived = 0;
  bytesSent = 0;
  bytesReceived = 0;
  readonly dropped: Record<DropReason, number> = {
    frame: 0,
    request: 0,
    unknown: 0,
    unasked: 0,
    unproven: 0,
    response: 0,
  };
  requestsSent = 0;
  requestsFailed = 0;
  /** Datagrams of requests; more than requests when some were sent again. */
  attempts = 0;
  /** Requests sent (repetitions too) and answers received on behalf of refresh: each datagram of an exchange once. */
  refreshDatagrams = 0;
  /** Walks of refresh through a bucket, by the kind of refresh. */
  readonly refreshWalks: Record<string, number> = {};
  /** How often buckets are refreshed at present; 0 before the first look. Milliseconds. */
  refreshIntervalMs = 0;
  /** Checks of contacts, by `level/result`. */
  readonly healthChecks: Record<string, number> = {};
  /** Contacts known to be degraded or unhealthy, at the last sweep. */
  unwell = { degraded: 0, unhealthy: 0 };
  /** Nodes of the network as the node estimates them; 0 while it has not. */
  estimatedNodes = 0;
  #window: MeasuringWindow | undefined;

  get datagramsDropped(): number {
    const { frame, request, unknown, unasked, response, unproven } = this.dropped;
    return frame + request + unknown + unasked + response + unproven;
  }

  /** Starts to note round trips and unanswered attempts; a running window starts anew. */
  openWindow(): void {
    this.#window = new MeasuringWindow(this.attempts);
  }

  /** Ends the window. @returns what it saw; undefined when none was open. */
  closeWindow(): WindowReport | undefined {
    const window = this.#window;
    this.#window = undefined;
    return window?.report(this.attempts);
  }

  noteHealthCheck(level: string, result: string): void {
    const key = `${level}/${result}`;
    this.healthChecks[key] = (this.healthChecks[key] ?? 0) + 1;
  }

  noteRoundTrip(durationMs: number): void {
    this.#window?.roundTrips.add(durationMs);
  }

  /** @param peer id of the peer that left an attempt unanswered, 40 hexadecimal digits */
  noteUnanswered(peer: () => string): void {
    this.#window?.noteUnanswered(peer());
  }
}

/** What a measuring window saw. */
export interface WindowReport {
  attempts: number;
  roundTrips: DurationHistogram;
  /** Attempts that were never answered, by the peer's id in hexadecimal digits. */
  unanswered: Map<string, number>;
}

class MeasuringWindow {
  readonly roundTrips = new DurationHistogram();
  readonly #unanswered = new Map<string, number>();

  constructor(readonly attemptsBefore: number) {}

  noteUnanswered(peer: string): void {
    const count = this.#unanswered.get(peer);
    if (count === undefined && this.#unanswered.size >= MAX_UNANSWERED_PEERS) return;
    this.#unanswered.set(peer, (count ?? 0) + 1);
  }

  report(attemptsNow: number): WindowReport {
    return {
      attempts: attemptsNow - this.attemptsBefore,
      roundTrips: this.roundTrips,
      unanswered: this.#unanswered,
    };
  }
}
