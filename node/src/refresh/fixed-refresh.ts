import type { Timer } from '../kademlia/components.js';
import { randomIdSharing } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Settings } from '../settings.js';

/** How often a node looks what is due. */
const LOOK_INTERVAL_MS = 10_000;

/**
 * Refresh as it always was: a lookup of the K nearest through every bucket that none went through for a
 * fixed interval, and the values that are due.
 *
 * Source: Maymounkov & Mazières 2002, section 2.3 (refresh) and 2.5 (republish).
 */
export class FixedRefresh {
  readonly #node: KademliaNode;
  #intervalMs: number;
  #timer: Timer | undefined;
  #startedAtMs = 0;
  #firstRoundAtMs = 0;
  #running = false;
  #stopped = true;

  constructor(node: KademliaNode, settings: Settings) {
    this.#node = node;
    this.#intervalMs = settings.fallback_refresh_interval * 1000;
  }

  configure(settings: Settings): void {
    this.#intervalMs = settings.fallback_refresh_interval * 1000;
    this.#node.stats.refreshIntervalMs = this.#intervalMs;
  }

  start(): void {
    const { clock, random } = this.#node.parts;
    // Nodes of one process start together, where others each had a process of their own: their rounds are spread.
    this.#stopped = false;
    this.#startedAtMs = clock.now();
    this.#node.stats.refreshIntervalMs = this.#intervalMs;
    this.#firstRoundAtMs = this.#startedAtMs + random.float() * this.#intervalMs;
    this.#schedule(random.float() * LOOK_INTERVAL_MS);
  }

  stop(): void {
    this.#stopped = true;
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
      await this.#refreshBuckets();
      await this.#node.maintainValues();
    } finally {
      this.#running = false;
    }
  }

  async #refreshBuckets(): Promise<void> {
    const { table, id, parts, stats } = this.#node;
    const now = parts.clock.now();
    if (now < this.#firstRoundAtMs) return;
    // The first round takes every bucket that no lookup went through since the start, early as that may be.
    const since = Math.max(now - this.#intervalMs, this.#startedAtMs + 1);
    for (const bucket of table.staleBuckets(since)) {
      if (this.#stopped || this.#node.closed) return;
      stats.refreshWalks.fixed = (stats.refreshWalks.fixed ?? 0) + 1;
      await this.#node.lookup(randomIdSharing(id, bucket, parts.random), { refresh: true });
    }
  }
}
