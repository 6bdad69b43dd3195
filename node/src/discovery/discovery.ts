import { setMaxListeners } from 'node:events';
import { inLanes } from '../control/lanes.js';
import { checkHealth } from '../health/checker.js';
import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { NodePart, PartContext } from '../node-part.js';
import type { Settings } from '../settings.js';
import { CACHE_REFRESH_MS, CACHE_TTL_MS, type CachedNode, isReliable, NodeCache } from './cache.js';
import { crawl, placeOf } from './crawl.js';

/** Who was heard from within this time is not pinged. Milliseconds; as long as a ping of the fast health check may take. */
const RECENT_MS = 2000;
/** Pings of one verification in flight. */
const VERIFY_CONCURRENCY = 64;
/** A node that is alive must not be missed because a datagram was lost; as in the health check. */
const VERIFY_ATTEMPTS = 3;
/** When more of the cached nodes turn out dead, the cache tells too little of the network. */
const MAX_DEAD_SHARE = 0.1;
/** Nodes that the application asks for, for each of the lk = ceil(2.5 × key bits). Source: facts, section 7. */
const NODES_PER_LK = 5;
const LK_PER_KEY_BIT = 2.5;

export interface DiscoverOptions {
  /** Nodes that are wanted. */
  count: number;
  /** Whether each node that is returned has answered lately; as the health check is switched unless told. */
  verify?: boolean | undefined;
  /** Told of every node when it is met first, alive or not. */
  onFound?: (contact: Contact) => void;
  signal?: AbortSignal | undefined;
}

/** Nodes to discover for a key of so many bits: 5·lk. */
export function nodesForKey(keyBits: number): number {
  return NODES_PER_LK * Math.ceil(LK_PER_KEY_BIT * keyBits);
}

/**
 * Finds other nodes: first among those that earlier discoveries found, then by asking through the key space.
 *
 * Costs nothing until it is used.
 */
export class Discovery implements NodePart {
  readonly #node: KademliaNode;
  readonly #isHealthy: (contact: Contact) => boolean;
  readonly #cache: NodeCache;
  readonly #ended = new AbortController();
  #settings: Settings;
  #observing = false;
  /** When the whole key space was walked, and most of those met there answered; before all time when the last walk failed. */
  #walkedAtMs = Number.NEGATIVE_INFINITY;
  #renewing: Promise<unknown> | undefined;

  /** @param isHealthy what the health check knows of a contact */
  constructor({ kademlia, settings }: PartContext, isHealthy: (contact: Contact) => boolean) {
    this.#node = kademlia;
    this.#settings = settings;
    this.#isHealthy = isHealthy;
    this.#cache = new NodeCache(kademlia.parts.clock);
  }

  start(): void {}

  configure(settings: Settings): void {
    this.#settings = settings;
  }

  stop(): void {
    this.#ended.abort();
    this.#cache.clear();
  }

  /** Forgets what was found: the next discovery begins cold. */
  forget(): void {
    this.#cache.clear();
    this.#walkedAtMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * Finds nodes until there are `count`, or all were found.
   *
   * With the health check only healthy nodes are returned; without it, and unverified, whoever was named, as the
   * Python nodes do.
   *
   * @returns everything found, not just `count`
   */
  async discover(options: DiscoverOptions): Promise<Contact[]> {
    const { count, verify = this.#settings.enable_health_check, onFound } = options;
    const signal = options.signal
      ? AbortSignal.any([options.signal, this.#ended.signal])
      : this.#ended.signal;
    this.#observe();
    const cached = await this.#fromCache(count, verify, signal);
    for (const contact of cached.contacts) onFound?.(contact);
    if (cached.enough) {
      if (cached.isOld) this.#renew();
      return cached.contacts;
    }
    const told = new Set(cached.contacts.map((contact) => contact.id.hex));
    return this.#walk(count, verify, signal, (contact) => {
      if (!told.has(contact.id.hex)) onFound?.(contact);
    });
  }

  /** What the cache gives; `enough` when no walk would find more. */
  async #fromCache(
    count: number,
    verify: boolean,
    signal: AbortSignal,
  ): Promise<{ contacts: Contact[]; enough: boolean; isOld: boolean }> {
    const fresh = this.#cache.fresh();
    const known = fresh.filter((node) => this.#accepts(node.contact, verify));
    const sinceWalkMs = this.#now - this.#walkedAtMs;
    const whole = sinceWalkMs < CACHE_TTL_MS && fresh.length >= this.#node.table.size;
    const contacts = known.map((node) => node.contact);
    if (known.length < count && !whole) return { contacts: [], enough: false, isOld: false };
    const isOld = whole
      ? sinceWalkMs >= CACHE_REFRESH_MS
      : known.some((node) => this.#now - node.confirmedAtMs >= CACHE_REFRESH_MS);
    if (!verify) return { contacts, enough: true, isOld };
    const alive = await this.#answering(known, signal);
    const dead = known.length - alive.length;
    const enough = alive.length >= count || (whole && dead <= known.length * MAX_DEAD_SHARE);
    return { contacts: alive, enough: enough || signal.aborted, isOld };
  }

  /** Pings those that were not heard from lately. @returns those that were, or answered */
  async #answering(nodes: readonly CachedNode[], signal: AbortSignal): Promise<Contact[]> {
    const recent = new Set(nodes.filter((node) => this.#isRecent(node)).map((node) => node.contact));
    const contacts = nodes.map((node) => node.contact);
    const passed = new Set(
      await this.#passing(
        contacts.filter((contact) => !recent.has(contact)),
        signal,
      ),
    );
    return contacts.filter((contact) => recent.has(contact) || passed.has(contact));
  }

  /** Checks contacts at the level of the settings. @returns those that had passed when it was aborted, or all */
  async #passing(contacts: readonly Contact[], signal: AbortSignal): Promise<Contact[]> {
    const passed: Contact[] = [];
    setMaxListeners(0, signal);
    await inLanes(
      contacts,
      VERIFY_CONCURRENCY,
      async (contact) => {
        if (await this.#passes(contact, signal)) passed.push(contact);
      },
      signal,
    );
    return passed;
  }

  /** At the fast level an answer to a ping is enough. */
  async #passes(contact: Contact, signal: AbortSignal): Promise<boolean> {
    const level = this.#settings.health_check_level;
    if (level === 'fast') return (await this.#node.ping(contact, VERIFY_ATTEMPTS)) !== undefined;
    try {
      return (await checkHealth(this.#node, contact, level, signal)) === 'healthy';
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  /** Looks through the key space, and keeps what it finds. */
  async #walk(
    count: number,
    verify: boolean,
    signal: AbortSignal,
    onFound: (contact: Contact) => void,
  ): Promise<Contact[]> {
    const met: Contact[] = [];
    const checks = verify || this.#settings.enable_health_check;
    const cached = this.#cache.fresh().filter((node) => !node.silent);
    const seeds = cached.map((node) => node.contact);
    /** Of those that count; verified, where they answered, since a place has but one node. */
    const found = new Set<string>();
    const answered = await crawl(this.#node, {
      signal,
      seeds,
      onFound: (contact) => {
        met.push(contact);
        this.#cache.named(contact);
        if (!verify && this.#accepts(contact, verify)) found.add(contact.id.hex);
        onFound(contact);
      },
      onAnswered: (contact) => {
        this.#cache.answered(contact);
        if (verify && this.#accepts(contact, verify)) found.add(placeOf(contact));
      },
      enough: () => found.size >= count,
    });
    if (found.size < count && !signal.aborted)
      this.#walkedAtMs = answered.length > met.length / 2 ? this.#now : Number.NEGATIVE_INFINITY;
    if (!checks) return met;
    const alive = new Set(answered);
    const accepted = met.filter(
      (contact) => this.#accepts(contact, verify) && (!verify || alive.has(contact)),
    );
    if (!verify) return accepted;
    if (this.#settings.health_check_level !== 'fast') return this.#passing(accepted, signal);
    // All have just answered, which is what the fast level asks for; but one of those at the same place may have done so for another.
    const idsAt = new Map<string, number>();
    for (const contact of accepted) idsAt.set(placeOf(contact), (idsAt.get(placeOf(contact)) ?? 0) + 1);
    const isAlone = (contact: Contact) => idsAt.get(placeOf(contact)) === 1;
    const shared = await this.#passing(
      accepted.filter((contact) => !isAlone(contact)),
      signal,
    );
    return [...accepted.filter(isAlone), ...shared];
  }

  /** Walks the whole key space behind the scenes, so that the next discovery finds a fresh cache. */
  #renew(): void {
    this.#renewing ??= this.#walk(Number.POSITIVE_INFINITY, false, this.#ended.signal, () => {})
      // Nobody waits for it: what it did not find, the next discovery looks for.
      .catch(() => {})
      .finally(() => {
        this.#renewing = undefined;
      });
  }

  /** Whether nothing is known against a contact. @param verify it has to answer anyway, however reliable it was */
  #accepts(contact: Contact, verify: boolean): boolean {
    if (!this.#settings.enable_health_check) return true;
    if (!this.#isHealthy(contact)) return false;
    if (verify) return true;
    const known = this.#cache.get(contact);
    return !this.#node.table.isSuspect(contact) && (!known || isReliable(known));
  }

  /** Heard from so lately that the fast level would ask for nothing. */
  #isRecent({ confirmed, silent, confirmedAtMs }: CachedNode): boolean {
    if (this.#settings.health_check_level !== 'fast') return false;
    return confirmed && !silent && this.#now - confirmedAtMs < RECENT_MS;
  }

  get #now(): number {
    return this.#node.parts.clock.now();
  }

  /** From the first discovery on it hears what the core hears. */
  #observe(): void {
    if (this.#observing) return;
    this.#observing = true;
    this.#node.observe({
      heard: (contact) => this.#cache.heard(contact),
      unanswered: (contact) => this.#cache.failed(contact),
      removed: (contact) => this.#cache.delete(contact),
      left: (contact) => this.#cache.delete(contact),
    });
  }
}
