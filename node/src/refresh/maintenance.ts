import type { Timer } from '../kademlia/components.js';
import { randomIdSharing } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { NodePart, PartContext } from '../node-part.js';
import type { Settings } from '../settings.js';

/** How often a node looks what is due; work itself is far rarer. */
const LOOK_INTERVAL_MS = 10_000;

/** A node that nobody asked for so long may have been forgotten, and makes itself known again. */
const FORGOTTEN_MS = 60_000;

/**
 * Keeps a node's routing table and values fresh: a lookup through every bucket that none went through
 * for an interval, or that has lost half of its contacts, and the values that are due.
 *
 * Source: Maymounkov & Mazières 2002, section 2.3 (refresh) and 2.5 (republish).
 */
export class Maintenance implements NodePart {
  readonly #node: KademliaNode;
  #intervalMs: number;
  #timer: Timer | undefined;
  #startedAtMs = 0;
  #firstRoundAtMs = 0;
  #announcedAtMs = 0;
  #running = false;

  constructor({ kademlia, settings }: PartContext) {
    this.#node = kademlia;
    this.#intervalMs = settings.fallback_refresh_interval * 1000;
  }

  configure(settings: Settings): void {
    this.#intervalMs = settings.fallback_refresh_interval * 1000;
  }

  start(): void {
    const { clock, random } = this.#node.parts;
    // Nodes that joined together must not refresh together, or the network idles and storms by turns.
    this.#startedAtMs = clock.now();
    this.#announcedAtMs = this.#startedAtMs;
    this.#firstRoundAtMs = this.#startedAtMs + random.float() * this.#intervalMs;
    this.#schedule(random.float() * LOOK_INTERVAL_MS);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#node.parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(delayMs: number): void {
    this.#timer = this.#node.parts.clock.setTimeout(() => {
      this.#schedule(LOOK_INTERVAL_MS);
      void this.#look();
    }, delayMs);
  }

  async #look(): Promise<void> {
    if (this.#running || this.#node.closed) return;
    this.#running = true;
    try {
      await this.#announce();
      await this.#refreshBuckets();
      await this.#node.maintainValues();
    } finally {
      this.#running = false;
    }
  }

  async #announce(): Promise<void> {
    const { clock } = this.#node.parts;
    const since = Math.max(this.#node.askedAtMs, this.#announcedAtMs);
    if (clock.now() - since < FORGOTTEN_MS) return;
    this.#announcedAtMs = clock.now();
    await this.#node.lookup(this.#node.id, { refresh: true });
  }

  async #refreshBuckets(): Promise<void> {
    const { table, id, parts } = this.#node;
    const now = parts.clock.now();
    const buckets = new Set(table.shrunkBuckets());
    if (now >= this.#firstRoundAtMs) {
      // The first round takes every bucket that no lookup went through since the start, early as that may be.
      const since = Math.max(now - this.#intervalMs, this.#startedAtMs + 1);
      for (const bucket of table.staleBuckets(since)) buckets.add(bucket);
    }
    for (const bucket of buckets) {
      if (this.#node.closed) return;
      await this.#node.lookup(randomIdSharing(id, bucket, parts.random), { refresh: true });
    }
  }
}
