import type { Clock } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';

/** What is not confirmed for so long is forgotten. Milliseconds. Source: facts, section 7. */
export const CACHE_TTL_MS = 600_000;
/** What is older is still given, but looked for anew. Milliseconds. Source: facts, section 7. */
export const CACHE_REFRESH_MS = 300_000;
/** Source: facts, section 7. */
const MAX_NODES = 10_000;
/** Of a node that nothing is known of yet. */
const FIRST_SCORE = 0.5;
/** What one answer, or its lack, counts: nearly all is decided by the last ten. */
const SCORE_WEIGHT = 0.3;
/** Nodes with a lower score are not given. */
const RELIABLE_SCORE = 0.5;

/** A node that was discovered. */
export interface CachedNode {
  contact: Contact;
  /** When it was last heard from, or first named when it never was; on the cache's clock. */
  confirmedAtMs: number;
  /** Whether it was ever heard from. */
  confirmed: boolean;
  /** Whether it left the last request unanswered and was not heard from since. */
  silent: boolean;
  /** Reliability, 0-1: answers against failures, the last ones counting most. */
  score: number;
}

/** The nodes that earlier discoveries found; the one that no discovery met for longest makes room for a new one. */
export class NodeCache {
  readonly #clock: Clock;
  readonly #limit: number;
  /** By id; the one met longest ago first. */
  readonly #nodes = new Map<string, CachedNode>();

  /** @param limit nodes at most */
  constructor(clock: Clock, limit = MAX_NODES) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(contact: Contact): CachedNode | undefined {
    return this.#nodes.get(contact.id.hex);
  }

  /** Somebody named it; that says nothing of one that is known already. */
  named(contact: Contact): void {
    const known = this.get(contact);
    if (!known || isExpired(known, this.#clock.now())) this.#put(contact, false, FIRST_SCORE);
  }

  /** It answered a request of a discovery. */
  answered(contact: Contact): void {
    const known = this.get(contact);
    const score = known?.contact.same(contact) ? known.score : FIRST_SCORE;
    this.#put(contact, true, towards(1, score));
  }

  /** Something came from it; what is not in the cache does not come in by that. */
  heard(contact: Contact): void {
    if (this.#nodes.size === 0) return;
    const known = this.get(contact);
    if (!known?.contact.same(contact)) return;
    known.confirmedAtMs = this.#clock.now();
    known.confirmed = true;
    known.silent = false;
    known.score = towards(1, known.score);
  }

  /** It left a request unanswered. */
  failed(contact: Contact): void {
    const known = this.get(contact);
    if (!known?.contact.same(contact)) return;
    known.silent = true;
    known.score = towards(0, known.score);
  }

  delete(contact: Contact): void {
    if (this.get(contact)?.contact.same(contact)) this.#nodes.delete(contact.id.hex);
  }

  /** All that are not expired, the most reliable first. */
  fresh(): CachedNode[] {
    const now = this.#clock.now();
    for (const [key, node] of this.#nodes) if (isExpired(node, now)) this.#nodes.delete(key);
    return [...this.#nodes.values()].sort((a, b) => b.score - a.score);
  }

  clear(): void {
    this.#nodes.clear();
  }

  #put(contact: Contact, confirmed: boolean, score: number): void {
    const key = contact.id.hex;
    this.#nodes.delete(key);
    while (this.#nodes.size >= this.#limit) this.#nodes.delete(this.#nodes.keys().next().value as string);
    this.#nodes.set(key, { contact, confirmed, silent: false, confirmedAtMs: this.#clock.now(), score });
  }
}

/** Whether it answered the last time, and more often than it failed. */
export function isReliable({ silent, score }: CachedNode): boolean {
  return !silent && score >= RELIABLE_SCORE;
}

function isExpired({ confirmedAtMs }: CachedNode, nowMs: number): boolean {
  return nowMs - confirmedAtMs >= CACHE_TTL_MS;
}

function towards(outcome: 0 | 1, score: number): number {
  return score + SCORE_WEIGHT * (outcome - score);
}
