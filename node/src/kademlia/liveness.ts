import type { Clock } from './components.js';
import type { Contact } from './contact.js';
import type { NodeId } from './id.js';
import type { NodeObserver, Removal } from './observer.js';
import type { RoutingTable } from './routing-table.js';
import { SilentContacts } from './silent-contacts.js';
import { Verifier } from './verifier.js';

/** A full bucket's oldest contact is pinged only when it was silent for so long; otherwise it keeps its place. */
const QUIET_MS = 300_000;

export interface LivenessInit {
  clock: Clock;
  table: RoutingTable;
  /** Pings a contact and marks it when it does not answer. */
  ping: (contact: Contact) => Promise<boolean>;
  /** Whether a silent contact is pinged again before it is taken out; the Python package drops it at once. */
  verifies: () => boolean;
  isLossy: () => boolean;
  /** Told first of each contact that came into the routing table. */
  onAdded: (contact: Contact) => void;
}

/** What becomes of contacts that are heard from, stay silent or leave: their places in the routing table, and who is told. */
export class Liveness {
  /** Whether a contact that is not in the routing table may come in; unset = each may. */
  admits: ((contact: Contact) => boolean) | undefined;
  readonly #init: LivenessInit;
  readonly #silent: SilentContacts;
  readonly #verifier: Verifier;
  readonly #observers: NodeObserver[] = [];
  readonly #hearing: NodeObserver[] = [];

  constructor(init: LivenessInit) {
    const { clock, table, ping, isLossy } = init;
    this.#init = init;
    this.#silent = new SilentContacts(clock);
    this.#verifier = new Verifier({
      clock,
      ping,
      isSilent: (contact) => table.isSuspect(contact),
      isLossy,
      onSilent: (contact) => {
        for (const observer of this.#observers) observer.silent?.(contact);
      },
      onDead: (contact) => this.#remove(contact, 'silent'),
    });
  }

  get observers(): readonly NodeObserver[] {
    return this.#observers;
  }

  observe(observer: NodeObserver): void {
    this.#observers.push(observer);
    if (observer.heard) this.#hearing.push(observer);
  }

  /** A contact was heard from. */
  see(contact: Contact): void {
    const { table, clock, onAdded } = this.#init;
    this.#silent.delete(contact);
    for (const observer of this.#hearing) observer.heard?.(contact);
    if (this.admits && !this.admits(contact) && !table.has(contact)) return;
    const sighting = table.see(contact);
    if (sighting.kind === 'added') {
      onAdded(contact);
      for (const observer of this.#observers) observer.added?.(contact);
    }
    if (sighting.kind !== 'full') return;
    const { oldest } = sighting;
    if (oldest.suspect || clock.now() - oldest.seenAtMs > QUIET_MS) this.#verifier.verify(oldest.contact);
  }

  /** A contact answered after it had been given up. */
  seeLate(contact: Contact): void {
    this.see(contact);
    for (const observer of this.#observers) observer.answeredLate?.(contact);
  }

  /** A contact left a request unanswered. @param verify ping it again before it is taken out */
  doubt(contact: Contact, verify: boolean): void {
    this.#silent.add(contact);
    for (const observer of this.#observers) observer.unanswered?.(contact);
    if (!this.#init.verifies()) this.#remove(contact, 'silent');
    else if (this.#init.table.suspect(contact) && verify) this.#verifier.verify(contact);
  }

  /** Whether a contact has just left a request unanswered. */
  isSilent(contact: Contact): boolean {
    return this.#silent.has(contact);
  }

  /** Somebody says that these are silent; only an own ping decides. */
  check(ids: readonly NodeId[]): void {
    if (!this.#init.verifies()) return;
    for (const id of ids) {
      const contact = this.#init.table.get(id);
      if (contact) this.#verifier.verify(contact);
    }
  }

  /** A contact said goodbye. */
  left(contact: Contact): void {
    for (const observer of this.#observers) observer.left?.(contact);
    this.#remove(contact, 'left');
  }

  close(): void {
    this.#verifier.clear();
  }

  #remove(contact: Contact, why: Removal): void {
    if (!this.#init.table.remove(contact)) return;
    for (const observer of this.#observers) observer.removed?.(contact, why);
  }
}
