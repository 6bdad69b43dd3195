import type { Deadlines } from '../wire/deadlines.js';
import type { Clock, RandomSource, Transport } from './components.js';
import type { AddressBook, Contact } from './contact.js';
import type { NodeId } from './id.js';
import type { StorageBudget } from './values/storage-budget.js';

export interface KademliaComponents {
  clock: Clock;
  random: RandomSource;
  /** Shared by the nodes of a process. */
  deadlines: Deadlines;
  /** Shared by the nodes of a process. */
  book: AddressBook;
  /** Shared by the nodes of a process; its own unless given. */
  storageBudget?: StorageBudget;
  transport: Transport;
}

/** What can change while the node runs. */
export interface Parameters {
  /** Requests in flight of one lookup. */
  alpha: number;
  /** Contacts in a bucket and in an answer; replicas of a value. */
  k: number;
  /** Ceiling of the wait for one answer, milliseconds. */
  timeoutMs: number;
  /** Waits as long as the measured round trips ask for, and sends once more; else waits the whole time-out, once. */
  adaptiveWait: boolean;
  /** Requests in flight at most; more wait their turn. */
  maxInFlight: number;
  /** Whether a silent contact is pinged again before it is taken out of the table; else one silence is enough. */
  verifies: boolean;
}

/** Of a node that is not told otherwise. Source: facts, section 4 (small network). */
export const DEFAULT_PARAMETERS: Readonly<Parameters> = {
  alpha: 3,
  k: 20,
  timeoutMs: 5000,
  adaptiveWait: true,
  maxInFlight: 1000,
  verifies: true,
};

export interface KademliaInit {
  id: NodeId;
  /** Those that are not given are the defaults. */
  parameters?: Partial<Parameters>;
  /** Whether requests beyond those of the Python package are sent and answered. */
  extensions?: boolean;
}

export interface LookupOptions {
  /** Where to begin, beside the own table. */
  seeds?: Contact[];
  /** Count its datagrams as refresh. */
  refresh?: boolean;
  signal?: AbortSignal | undefined;
  /** How many nearest nodes must answer; K unless told. */
  k?: number;
  /** Begin at the seeds alone: they know the way better than the own table. */
  onlySeeds?: boolean;
}
