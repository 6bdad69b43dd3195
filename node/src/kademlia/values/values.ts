import { MAX_PAYLOAD_BYTES } from '../../wire/datagram.js';
import type { Contact } from '../contact.js';
import type { NodeId } from '../id.js';
import type { LookupOptions } from '../node-init.js';
import type { NodeObserver } from '../observer.js';
import type { StoredValue } from './storage.js';
import type { GiveAwayOptions } from './value-node.js';

/** Nearest holders that are read: one alone may have missed a later write. */
export const READ_QUORUM = 3;

/** A value that does not fit in one datagram. */
export class ValueTooLargeError extends Error {
  constructor(bytes: number) {
    super(`Expected a request of at most ${MAX_PAYLOAD_BYTES} bytes, got ${bytes}: store a smaller value`);
    this.name = 'ValueTooLargeError';
  }
}

/** Puts values on the nodes nearest to their keys, keeps them there, and reads them back. */
export interface Values {
  /** Told of what happens to contacts; unset = nothing follows from it. */
  readonly observer?: NodeObserver;
  /** @param bytes MessagePack @returns nodes that took it @throws ValueTooLargeError */
  put(key: NodeId, bytes: Uint8Array): Promise<number>;
  /** @returns MessagePack; undefined when there is no value, or it was deleted */
  get(key: NodeId, options: LookupOptions): Promise<Uint8Array | undefined>;
  /** Sees to the replicas of values that nobody has stored for an interval, and to what else is left to do. */
  maintain(): Promise<void>;
  /** Gives values to the nodes that are nearest when this one is gone. */
  giveAway(values: readonly StoredValue[], options: GiveAwayOptions): Promise<void>;
  /** Gives a contact that came into the table the values that it should hold. */
  handOver(newcomer: Contact): void;
  /** A plain value without a version came for a key. */
  onUnversioned(key: NodeId): void;
  /** Gives up what is left to do for a key. */
  forget(key: NodeId): void;
  close(): void;
}
