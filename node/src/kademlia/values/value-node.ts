import type { Clock, RandomSource } from '../components.js';
import type { AddressBook, Contact } from '../contact.js';
import type { Question } from '../dialect.js';
import type { NodeId } from '../id.js';
import type { LookupResult } from '../lookup.js';
import type { LookupOptions, Parameters } from '../node-init.js';
import type { RoutingTable } from '../routing-table.js';
import type { HybridClock } from './hybrid-clock.js';
import type { Storage } from './storage.js';
import type { Version } from './version.js';

/** What the values need of their node. */
export interface ValueNode {
  readonly id: NodeId;
  readonly parts: { readonly clock: Clock; readonly random: RandomSource; readonly book: AddressBook };
  readonly parameters: Readonly<Parameters>;
  readonly storage: Storage;
  readonly hybridClock: HybridClock;
  readonly table: RoutingTable;
  readonly closed: boolean;
  lookup(target: NodeId, options?: LookupOptions): Promise<LookupResult>;
  /** Walks to the K nearest nodes that know versions, and asks each which one it holds. */
  findVersions(key: NodeId, held?: Version, options?: LookupOptions): Promise<LookupResult>;
  /** Walks towards a key until the `quorum` nearest nodes have answered, or so many holders where values have no versions. */
  lookupValue(key: NodeId, quorum: number, options?: LookupOptions): Promise<LookupResult>;
  ping(contact: Contact): Promise<number | undefined>;
  /** Sends a request and notes whether it was answered. */
  send(contact: Contact, payload: Uint8Array): Promise<Pick<Answered, 'bytes'> | undefined>;
  /** The same, put as the contact understands it. */
  ask(contact: Contact, question: Question): Promise<Answered | undefined>;
}

export interface Answered {
  /** Whole datagram. */
  bytes: Uint8Array;
  /** Whether the request of ours was answered, not that of the Python package. */
  isOwn: boolean;
}

export interface GiveAwayOptions {
  /** Hexadecimal ids of the nodes that go at the same time: they take nothing. */
  leaving?: ReadonlySet<string> | undefined;
  /** Contacts to choose from, by default those of the own table. */
  known?: readonly Contact[] | undefined;
  signal?: AbortSignal | undefined;
}
