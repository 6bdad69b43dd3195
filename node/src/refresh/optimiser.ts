/** What refresh did since the last look. */
export interface RefreshRecord {
  /** Requests of refresh, and those of them that were answered. */
  asked: number;
  answered: number;
  /** Datagrams that refresh caused, and all that the node sent. */
  refreshDatagrams: number;
  datagrams: number;
}

/** Share of answered requests below which tables are too old. */
const LEAST_SUCCESS = 0.9;
/** Share of the datagrams above which refresh costs too much. */
const MOST_OVERHEAD = 0.2;
/** Requests below which nothing can be said. */
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
  const { asked, answered, refreshDatagrams, datagrams } = record;
  if (asked >= FEWEST_ASKED && answered < LEAST_SUCCESS * asked)
    return Math.max(SMALLEST_FACTOR, factor / STEP);
  if (asked >= FEWEST_ASKED && refreshDatagrams > MOST_OVERHEAD * datagrams)
    return Math.min(LARGEST_FACTOR, factor * STEP);
  const back = Math.sqrt(STEP);
  return factor < 1 ? Math.min(1, factor * back) : Math.max(1, factor / back);
}
