import type { Timer } from '../kademlia/components.js';
import { randomIdSharing } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';

/** How often a node looks what is due; work itself is far rarer. */
const LOOK_INTERVAL_MS = 10_000;

/**
 * Keeps a node's routing table and values fresh: a lookup through every bucket that none went through
 * for an interval, and the values that are due.
 *
 * Source: Maymounkov & Mazières 2002, section 2.3 (refresh) and 2.5 (republish).
 */
export class Maintenance {
  readonly #node: KademliaNode;
  readonly #intervalMs: number;
  #timer: Timer | undefined;
  #firstAtMs = 0;
  #running = false;

  /** @param intervalMs a bucket that no lookup went through for so long is refreshed */
  constructor(node: KademliaNode, intervalMs: number) {
    this.#node = node;
    this.#intervalMs = intervalMs;
  }

  start(): void {
    const { clock, random } = this.#node.parts;
    // Nodes that joined together must not refresh together, or the network idles and storms by turns.
    this.#firstAtMs = clock.now() - random.float() * this.#intervalMs;
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
      await this.#refreshBuckets();
      await this.#node.maintainValues();
    } finally {
      this.#running = false;
    }
  }

  async #refreshBuckets(): Promise<void> {
    const { table, id, parts } = this.#node;
    const now = parts.clock.now();
    // The first round comes after a random part of the interval, counted as if every bucket had been looked up then.
    const since = now - this.#firstAtMs < this.#intervalMs ? undefined : now - this.#intervalMs;
    if (since === undefined) return;
    for (const bucket of table.staleBuckets(since)) {
      if (this.#node.closed) return;
      await this.#node.lookup(randomIdSharing(id, bucket, parts.random), { refresh: true });
    }
  }
}
