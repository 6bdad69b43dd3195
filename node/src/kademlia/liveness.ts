import type { Clock } from './components.js';
import type { Contact } from './contact.js';
import type { NodeId } from './id.js';
import type { NodeObserver, Removal } from './observer.js';
import type { RoutingTable } from './routing-table.js';
import { SilentContacts } from './silent-contacts.js';
import { Verifier } from './verifier.js';

/** A full bucket's oldest contact is pinged only when it was silent for so long; otherwise it keeps its place. */
const QUIET_MS = 300_000;
/** Contacts that are remembered for speaking from another address than the table has. */
const MAX_ELSEWHERE = 256;
/** Pings at a time to contacts that have only asked. */
const MAX_PROVING = 32;
/** Contacts outside the table that are remembered for having been compared with those in it. */
const MAX_COMPARED = 1024;

export interface LivenessInit {
  clock: Clock;
  table: RoutingTable;
  /** Pings a contact and marks it when it does not answer. */
  ping: (contact: Contact, attempts?: number) => Promise<boolean>;
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
  /** Whether a contact is known not to answer; unset = only what is noted here is. */
  isLost: ((contact: Contact) => boolean) | undefined;
  readonly #init: LivenessInit;
  readonly #silent: SilentContacts;
  readonly #verifier: Verifier;
  readonly #observers: NodeObserver[] = [];
  readonly #hearing: NodeObserver[] = [];
  /** Contacts that asked something although they do not answer, and are pinged for it. */
  readonly #asking = new Set<Contact>();
  /** Contacts that speak for an id that the table holds at another address, by that id. */
  readonly #elsewhere = new Map<string, Contact>();
  #proving = 0;
  /** Contacts that found no room in the table, by id and place: whether they replace one in it was looked up. */
  readonly #compared = new Set<string>();

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
      onDead: (contact) => {
        this.#remove(contact, 'silent');
        this.#believe(contact);
      },
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
      this.#verifyOthersAt(contact);
      this.#prove(contact);
    }
    if (sighting.kind !== 'full') return;
    const { oldest } = sighting;
    const hasMoved = oldest.contact.id.equals(contact.id);
    if (hasMoved) this.#claims(contact);
    else if (this.#isNew(contact)) this.#verifyOthersAt(contact);
    if (hasMoved || oldest.suspect || clock.now() - oldest.seenAtMs > QUIET_MS)
      this.#verifier.verify(oldest.contact);
  }

  /**
   * A contact asked something. One that has left requests unanswered is pinged first: in a network that is cut one way
   * those on the far side are heard, and never answer.
   */
  asked(contact: Contact): void {
    const isDoubtful = this.#silent.has(contact) || this.isLost?.(contact);
    if (!isDoubtful || !this.#init.verifies()) this.see(contact);
    else if (!this.#asking.has(contact)) {
      this.#asking.add(contact);
      // One that answers is seen by that.
      void this.#init.ping(contact).then(() => this.#asking.delete(contact));
    }
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

  /** Another id answered at the address of a contact: it is gone. */
  replaced(contact: Contact): void {
    this.#silent.add(contact);
    if (!this.#init.verifies()) return;
    this.#remove(contact, 'silent');
    this.#believe(contact);
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

  /** A contact that has only asked is pinged: until it answers, others are named before it. */
  #prove(contact: Contact): void {
    if (contact.proven || !this.#init.verifies() || this.#proving >= MAX_PROVING) return;
    this.#proving++;
    void this.#init.ping(contact).then(() => this.#proving--);
  }

  /** A node that was started again may have another id: what is known under the old one must answer for it. */
  #verifyOthersAt({ id, address, port }: Contact): void {
    if (!this.#init.verifies()) return;
    for (const other of this.#init.table.contacts())
      if (other.port === port && other.address === address && !other.id.equals(id))
        this.#verifier.verify(other);
  }

  #isNew({ id, address, port }: Contact): boolean {
    const key = `${id.w0}/${id.w1}@${address}:${port}`;
    if (this.#compared.has(key)) return false;
    if (this.#compared.size >= MAX_COMPARED) this.#compared.clear();
    this.#compared.add(key);
    return true;
  }

  /** The same id speaks from another address: either it has moved, or somebody only says so. */
  #claims(contact: Contact): void {
    if (this.#elsewhere.size >= MAX_ELSEWHERE) this.#elsewhere.clear();
    this.#elsewhere.set(contact.id.hex, contact);
  }

  /** Nobody answers any more at the address of an id: who spoke for it from another one takes its place by answering. */
  #believe({ id }: Contact): void {
    const claimant = this.#elsewhere.get(id.hex);
    if (!claimant) return;
    this.#elsewhere.delete(id.hex);
    void this.#init.ping(claimant);
  }

  #remove(contact: Contact, why: Removal): void {
    if (!this.#init.table.remove(contact)) return;
    for (const observer of this.#observers) observer.removed?.(contact, why);
  }
}
