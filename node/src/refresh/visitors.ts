import type { Clock } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';

/** A contact that leaves within this time was a visitor. */
const VISIT_MS = 60_000;
/** Arrivals that are remembered. When more come at once, it is no visit. */
const REMEMBERED = 8;

/**
 * Contacts that come and soon say goodbye, such as a node that looks at the network and goes: their place
 * was free before, so when they go nothing is missing.
 */
export class Visitors {
  readonly #clock: Clock;
  /** Latest last. */
  #arrivals: { contact: Contact; atMs: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A contact came into the table. */
  came(contact: Contact): void {
    if (this.#arrivals.length >= REMEMBERED) this.#arrivals.shift();
    this.#arrivals.push({ contact, atMs: this.#clock.now() });
  }

  /** A contact said goodbye. @returns whether it had come only lately */
  left(contact: Contact): boolean {
    const index = this.#arrivals.findIndex((arrival) => arrival.contact.id.equals(contact.id));
    const [arrival] = index < 0 ? [] : this.#arrivals.splice(index, 1);
    return arrival !== undefined && this.#clock.now() - arrival.atMs <= VISIT_MS;
  }
}
