import type { Clock } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import type { HealthStatus } from './checker.js';

/** A contact that fell silent is remembered, and looked for, this long after its last fall; one that is degraded, this long after it was heard from. */
const MEMORY_MS = 1_800_000;
/** Contacts remembered at most; the one that fell first is forgotten for a new one. */
const MAX_RECORDS = 256;
/** A contact that fell twice must answer this long before it counts as healthy again; doubles with each further fall. */
const PROBATION_MS = 15_000;
/** Long for one that comes and goes, short for a network that has to be whole again after churn. */
const MAX_PROBATION_MS = 120_000;

interface Record {
  contact: Contact;
  /** Times it fell silent, within the memory. */
  falls: number;
  fellAtMs: number;
  /** When it was heard from first and last since it fell; undefined while it is silent. */
  backAtMs: number | undefined;
  heardAtMs: number;
  /** It answered, but failed a part of a check. */
  degraded: boolean;
  /** When it was last looked for. */
  probedAtMs: number;
}

/**
 * The contacts with which something is, or was a while ago, wrong.
 *
 * One that falls silent once is healthy as soon as it is heard from again. One that falls again and again
 * must answer for a time that doubles with each fall; until then it is degraded and stays out of the
 * routing table, so that it does not come and go.
 */
export class HealthRegistry {
  readonly #clock: Clock;
  /** By id; those that fell first come first. */
  readonly #records = new Map<string, Record>();
  /** Records with more than one fall: while there are none, everybody is admitted. */
  #watched = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Contacts that are remembered. */
  get size(): number {
    return this.#records.size;
  }

  /** @returns undefined when nothing is known against it */
  statusOf(contact: Contact): HealthStatus | undefined {
    const record = this.#records.get(contact.id.hex);
    if (!record) return undefined;
    if (record.backAtMs === undefined) return 'unhealthy';
    return record.degraded || !hasProvenItself(record) ? 'degraded' : 'healthy';
  }

  /** Whether a contact fell silent and has not answered since. */
  isLost(contact: Contact): boolean {
    if (this.#records.size === 0) return false;
    const record = this.#records.get(contact.id.hex);
    return record !== undefined && record.backAtMs === undefined;
  }

  /** Whether a contact may come into the routing table. */
  admits(contact: Contact): boolean {
    if (this.#watched === 0) return true;
    const record = this.#records.get(contact.id.hex);
    return !record || record.falls < 2 || hasProvenItself(record);
  }

  /** A contact left the routing table because it stayed silent. */
  fell(contact: Contact): void {
    const record = this.#recordOf(contact);
    record.falls++;
    record.fellAtMs = this.#clock.now();
    record.probedAtMs = record.fellAtMs;
    record.backAtMs = undefined;
    record.degraded = false;
    this.#count();
  }

  /** A contact answered, or asked something. */
  heard(contact: Contact): void {
    if (this.#records.size === 0) return;
    const record = this.#records.get(contact.id.hex);
    if (!record) return;
    record.heardAtMs = this.#clock.now();
    record.backAtMs ??= record.heardAtMs;
  }

  /** A contact left a request unanswered: what it has proven since it fell counts no more. */
  unanswered(contact: Contact): void {
    const record = this.#records.get(contact.id.hex);
    if (record && !hasProvenItself(record)) record.backAtMs = undefined;
  }

  /** What a whole check of a contact found. */
  checked(contact: Contact, status: HealthStatus): void {
    const known = this.#records.get(contact.id.hex);
    if (status === 'unhealthy' || (status === 'healthy' && !known)) return;
    const record = known ?? this.#recordOf(contact);
    record.degraded = status === 'degraded';
    this.heard(contact);
  }

  /** Contacts that fell silent and are worth a probe: those that were not looked for longest. */
  lost(count: number): Contact[] {
    this.#forget();
    const lost = [...this.#records.values()].filter((record) => !hasProvenItself(record));
    lost.sort((a, b) => a.probedAtMs - b.probedAtMs);
    const chosen = lost.slice(0, count);
    for (const record of chosen) record.probedAtMs = this.#clock.now();
    return chosen.map((record) => record.contact);
  }

  /** A contact that answers, but failed a part of a check: the one that was not checked longest. */
  failing(): Contact | undefined {
    this.#forget();
    let oldest: Record | undefined;
    for (const record of this.#records.values())
      if (record.degraded && (!oldest || record.probedAtMs < oldest.probedAtMs)) oldest = record;
    if (oldest) oldest.probedAtMs = this.#clock.now();
    return oldest?.contact;
  }

  /** Contacts with a status other than healthy. */
  counts(): { degraded: number; unhealthy: number } {
    const statuses = [...this.#records.values()].map(({ contact }) => this.statusOf(contact));
    return {
      degraded: statuses.filter((status) => status === 'degraded').length,
      unhealthy: statuses.filter((status) => status === 'unhealthy').length,
    };
  }

  clear(): void {
    this.#records.clear();
    this.#watched = 0;
  }

  #recordOf(contact: Contact): Record {
    const key = contact.id.hex;
    const now = this.#clock.now();
    const record = this.#records.get(key) ?? {
      contact,
      falls: 0,
      fellAtMs: now,
      backAtMs: undefined,
      heardAtMs: now,
      degraded: false,
      probedAtMs: now,
    };
    record.contact = contact;
    this.#records.delete(key);
    if (this.#records.size >= MAX_RECORDS) this.#records.delete(this.#records.keys().next().value as string);
    this.#records.set(key, record);
    return record;
  }

  #forget(): void {
    const since = this.#clock.now() - MEMORY_MS;
    for (const [key, record] of this.#records) {
      // Only a check clears one that is degraded, as long as it is there.
      const lastMs = record.degraded ? record.heardAtMs : record.fellAtMs;
      if (lastMs < since) this.#records.delete(key);
    }
    this.#count();
  }

  #count(): void {
    this.#watched = 0;
    for (const { falls } of this.#records.values()) if (falls > 1) this.#watched++;
  }
}

function hasProvenItself({ falls, backAtMs, heardAtMs }: Record): boolean {
  return backAtMs !== undefined && heardAtMs - backAtMs >= probationMs(falls);
}

function probationMs(falls: number): number {
  return falls < 2 ? 0 : Math.min(PROBATION_MS * 2 ** (falls - 2), MAX_PROBATION_MS);
}
