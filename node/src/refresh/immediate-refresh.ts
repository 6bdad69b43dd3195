import type { Timer } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Settings } from '../settings.js';
import { lookedThroughWith, walksFor } from './buckets.js';
import type { Walker } from './walker.js';

/** Losses of this time are answered by one walk a bucket. Drawn anew each time, so that nodes do not answer together. */
const SHORTEST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 2000;
/** Between two walks of a bucket that has lost half of its contacts since the one before. */
const URGENT_GAP_MS = 5000;

/**
 * Refresh out of turn: buckets that lost contacts, and all of them when a partition healed.
 *
 * The rate is bounded, or a mass death would make a storm: a bucket is walked through again only after
 * `active_refresh_min_interval`, or a few seconds when it has lost half of its contacts meanwhile.
 */
export class ImmediateRefresh {
  readonly #node: KademliaNode;
  readonly #walker: Walker;
  readonly #affected = new Set<number>();
  #settings: Settings;
  #timer: Timer | undefined;
  /** A lost contact that is back. */
  #met: Contact | undefined;
  /** The one by which a partition turned out to be healed. */
  #returned: Contact | undefined;
  #stopped = false;

  constructor(node: KademliaNode, walker: Walker, settings: Settings) {
    this.#node = node;
    this.#walker = walker;
    this.#settings = settings;
  }

  configure(settings: Settings): void {
    this.#settings = settings;
  }

  /** A bucket lost contacts, or gained some that others may come with. */
  affect(bucket: number): void {
    if (!this.#settings.immediate_refresh_enabled) return;
    this.#affected.add(bucket);
    this.#schedule();
  }

  /** A contact is back that was lost with many others: asks it for the rest. */
  meet(contact: Contact): void {
    if (!this.#settings.immediate_refresh_enabled) return;
    this.#met = contact;
    this.#schedule();
  }

  /** A partition healed: announces the node to both sides and looks through all buckets by way of the other one. */
  healed(returned: Contact): void {
    if (!this.#settings.immediate_refresh_enabled) return;
    this.#returned = returned;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#node.parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#stopped || this.#timer !== undefined) return;
    const { clock, random } = this.#node.parts;
    const delayMs = SHORTEST_DELAY_MS + random.float() * (LONGEST_DELAY_MS - SHORTEST_DELAY_MS);
    this.#timer = clock.setTimeout(() => {
      this.#timer = undefined;
      void this.#walker
        .run(() => this.#refresh())
        .then(() => {
          if (this.#affected.size > 0 || this.#met || this.#returned) this.#schedule();
        });
    }, delayMs);
  }

  async #refresh(): Promise<void> {
    const { table } = this.#node;
    const met = this.#met;
    this.#met = undefined;
    if (met)
      await this.#walker.walk(table.bucketCount - 1, 'immediate', {
        via: met,
        refill: true,
        skip: () => false,
      });
    if (this.#returned) await this.#refreshAll(this.#returned);
    for (const bucket of walksFor(this.#node, this.#affected)) {
      if (!this.#mayWalk(bucket)) continue;
      for (const each of lookedThroughWith(this.#node, bucket)) this.#affected.delete(each);
      await this.#walker.walk(bucket, 'immediate', { refill: true });
    }
  }

  async #refreshAll(returned: Contact): Promise<void> {
    this.#returned = undefined;
    await this.#walker.announce();
    // The table holds those of its own side; only the other side knows who else is there.
    for (let bucket = this.#node.table.bucketCount - 1; bucket >= 0; bucket--)
      await this.#walker.reach(bucket, returned);
  }

  /** Whether the last walk of a bucket is long enough ago for another one out of turn. */
  #mayWalk(bucket: number): boolean {
    const shrunk = new Set(this.#node.table.shrunkBuckets());
    const isUrgent = lookedThroughWith(this.#node, bucket).some((each) => shrunk.has(each));
    const gapMs = isUrgent ? URGENT_GAP_MS : this.#settings.active_refresh_min_interval * 1000;
    return this.#node.parts.clock.now() - this.#walker.walkedAtMs(bucket) >= gapMs;
  }
}
