/** What refresh did since the last look. */
export interface RefreshRecord {
  seconds: number;
  /** Requests of refresh, and those of them that were answered. */
  asked: number;
  answered: number;
  /** Datagrams that refresh caused, and all that the node sent. */
  refreshDatagrams: number;
  datagrams: number;
}

/** Counters of a node's socket, since it started. */
export interface DatagramCounters {
  readonly refreshDatagrams: number;
  readonly datagramsSent: number;
}

/** Share of answered requests below which tables are too old. */
const LEAST_SUCCESS = 0.9;
/** Share of the datagrams above which refresh costs too much. */
const MOST_OVERHEAD = 0.2;
/** A node that sends less is idle, and a large share of nothing is no cost. Datagrams a second. */
const IDLE_DATAGRAMS = 1;
/** Requests below which nothing can be said; the record goes on until there are so many. */
const FEWEST_ASKED = 10;
/** One step; two of them bring the factor to a bound. */
const STEP = 2;
const SMALLEST_FACTOR = 1 / 4;
const LARGEST_FACTOR = 4;

/**
 * What to multiply the interval by from now on: less when requests of refresh go unanswered, more when
 * refresh takes too large a part of the traffic, else back towards 1 by half a step.
 *
 * Success goes first: a table full of dead contacts costs the application more than refresh does.
 *
 * Source: facts, section 6.
 */
export function optimise(factor: number, record: RefreshRecord): number {
  const { seconds, asked, answered, refreshDatagrams } = record;
  const datagrams = Math.max(record.datagrams, IDLE_DATAGRAMS * seconds);
  if (asked < FEWEST_ASKED) return factor;
  if (answered < LEAST_SUCCESS * asked) return Math.max(SMALLEST_FACTOR, factor / STEP);
  if (refreshDatagrams > MOST_OVERHEAD * datagrams) return Math.min(LARGEST_FACTOR, factor * STEP);
  const back = Math.sqrt(STEP);
  return factor < 1 ? Math.min(1, factor * back) : Math.max(1, factor / back);
}

/** Keeps the record of one node's refresh and looks at it now and then. */
export class Optimiser {
  readonly #counters: DatagramCounters;
  #factor = 1;
  #asked = 0;
  #answered = 0;
  #lookedAtMs: number;
  #before: DatagramCounters;

  constructor(counters: DatagramCounters, nowMs: number) {
    this.#counters = counters;
    this.#before = { refreshDatagrams: counters.refreshDatagrams, datagramsSent: counters.datagramsSent };
    this.#lookedAtMs = nowMs;
  }

  /** What to multiply the interval by. */
  get factor(): number {
    return this.#factor;
  }

  /** Notes requests of refresh, and how many of them were answered. */
  note(asked: number, answered: number): void {
    this.#asked += asked;
    this.#answered += answered;
  }

  /** Sets the factor anew when the last time was so long ago. */
  look(nowMs: number, intervalMs: number): void {
    const sinceMs = nowMs - this.#lookedAtMs;
    if (sinceMs < intervalMs || this.#asked < FEWEST_ASKED) return;
    const { refreshDatagrams, datagramsSent } = this.#counters;
    this.#factor = optimise(this.#factor, {
      seconds: sinceMs / 1000,
      asked: this.#asked,
      answered: this.#answered,
      refreshDatagrams: refreshDatagrams - this.#before.refreshDatagrams,
      datagrams: datagramsSent - this.#before.datagramsSent,
    });
    this.#lookedAtMs = nowMs;
    this.#before = { refreshDatagrams, datagramsSent };
    this.#asked = 0;
    this.#answered = 0;
  }
}
