import type { Contact } from '../kademlia/contact.js';
import { randomIdSharing } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { BucketWalk, type WalkOptions } from './bucket-walk.js';
import { lookedThroughWith } from './buckets.js';
import type { RefreshKind } from './policy.js';

/** Nodes of a bucket that are reached through a contact. */
const REACHED = 3;

export interface WalkerInit {
  node: KademliaNode;
  /** Contacts that fell silent lately and are not worth a request. */
  skip: (contact: Contact) => boolean;
  /** Told of each walk: requests, and those of them that were answered. */
  onWalk: (asked: number, answered: number) => void;
}

/** Walks through the buckets of one node, one walk at a time, and knows when each was looked through. */
export class Walker {
  readonly #init: WalkerInit;
  readonly #walkedAtMs = new Map<number, number>();
  #busy = false;
  #walking = false;
  #stopped = false;

  constructor(init: WalkerInit) {
    this.#init = init;
  }

  /** Whether what comes into the table now may have been found by a walk. */
  get walking(): boolean {
    return this.#walking;
  }

  /** Runs some walks unless others are underway. @returns whether it did */
  async run(walks: () => Promise<void>): Promise<boolean> {
    if (this.#busy || this.#stopped || this.#init.node.closed) return false;
    this.#busy = true;
    try {
      await walks();
    } finally {
      this.#busy = false;
    }
    return true;
  }

  /** Looks through a bucket and those that go with it. */
  async walk(bucket: number, kind: RefreshKind, options: Partial<WalkOptions> = {}): Promise<void> {
    const { node, skip, onWalk } = this.#init;
    if (this.#stopped || node.closed) return;
    this.#note(bucket, kind);
    this.#walking = true;
    try {
      const { asked, answered } = await new BucketWalk(node).run(bucket, { skip, ...options });
      onWalk(asked, answered);
    } finally {
      this.#walking = false;
    }
  }

  /** Looks a bucket up by way of a contact, so that nodes hear of this one that its own table does not lead to. */
  async reach(bucket: number, through: Contact): Promise<void> {
    const { node } = this.#init;
    if (this.#stopped || node.closed) return;
    this.#note(bucket, 'immediate');
    const target = randomIdSharing(node.id, bucket, node.parts.random);
    await node.lookup(target, { refresh: true, seeds: [through], onlySeeds: true, k: REACHED });
  }

  /** Looks the own id up, all the way: the K nearest nodes learn that this one is there. */
  async announce(): Promise<void> {
    const { node } = this.#init;
    if (!this.#stopped && !node.closed) await node.lookup(node.id, { refresh: true });
  }

  /** When a bucket was last looked through by a walk; -Infinity before the first one. */
  walkedAtMs(bucket: number): number {
    return this.#walkedAtMs.get(bucket) ?? Number.NEGATIVE_INFINITY;
  }

  stop(): void {
    this.#stopped = true;
  }

  #note(bucket: number, kind: RefreshKind): void {
    const { node } = this.#init;
    const { stats, parts } = node;
    for (const each of lookedThroughWith(node, bucket)) this.#walkedAtMs.set(each, parts.clock.now());
    stats.refreshWalks[kind] = (stats.refreshWalks[kind] ?? 0) + 1;
  }
}
