import type { Contact } from './contact.js';
import type { NodeId } from './id.js';
import type { LookupResult } from './lookup.js';

/** Why a contact is out of the routing table: it stayed silent, said goodbye, or has another address now. */
export type Removal = 'silent' | 'left' | 'moved';

/** What those around the core are told of, as it happens. They must be quick and must not throw. */
export interface NodeObserver {
  /** A contact came into the routing table. */
  added?(contact: Contact): void;
  removed?(contact: Contact, why: Removal): void;
  /** A contact said goodbye, in the routing table or not. */
  left?(contact: Contact): void;
  /** Something came from a contact, in the routing table or not: called for nearly every datagram. */
  heard?(contact: Contact): void;
  /** A contact left a request unanswered, in all its attempts. */
  unanswered?(contact: Contact): void;
  /** A contact was pinged twice after that, a second apart, and did not answer: it is hardly chance. */
  silent?(contact: Contact): void;
  /** A contact answered after it had been given up. */
  answeredLate?(contact: Contact): void;
  lookedUp?(target: NodeId, result: LookupResult): void;
}
