import type { Timer } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { NodeObserver, Removal } from '../kademlia/observer.js';
import type { PartContext } from '../node-part.js';
import type { Settings } from '../settings.js';
import { BucketWalk, nearBuckets, type WalkOptions } from './bucket-walk.js';
import { Dynamics } from './dynamics.js';
import { optimise } from './optimiser.js';
import { PartitionWatch } from './partition.js';
import { planRefresh, type RefreshKind, type RefreshPlan } from './policy.js';

/** How often a node looks what is due; work itself is far rarer. */
const LOOK_INTERVAL_MS = 10_000;
/** A node that nobody asked for so long may have been forgotten, and makes itself known again. */
const FORGOTTEN_MS = 60_000;
/** Losses of this time are answered by one walk a bucket. Drawn anew each time, so that nodes do not answer together. */
const SHORTEST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 2000;
/** Between two walks of a bucket that has lost half of its contacts since the one before. */
const URGENT_GAP_MS = 5000;
/** A far bucket that lost contacts is refilled once it is less full than this; lookups manage with fewer contacts. */
const REFILL_BELOW = 0.75;
/** New neighbours since the last walk to the own id from which on there must be more that are not known yet. */
const NEW_NEIGHBOURS = 4;
/** What a contact that left a request unanswered counts as a change; most of them answer the next one. */
const DOUBT_WEIGHT = 0.25;

export interface AdaptiveRefreshInit extends Pick<PartContext, 'kademlia' | 'settings' | 'emit'> {
  /** Base interval, from the network's size. Seconds. */
  intervalSeconds: () => number;
}

/**
 * Keeps a node's routing table fresh by what happens: rarely in quiet times, often while contacts come
 * and go, at once when a bucket lost contacts or a partition healed.
 *
 * Source: facts, section 6.
 */
export class AdaptiveRefresh implements NodeObserver {
  readonly #node: KademliaNode;
  readonly #emit: PartContext['emit'];
  readonly #baseSeconds: () => number;
  readonly #dynamics: Dynamics;
  readonly #partition: PartitionWatch;
  /** Buckets that changed since they were last looked through. */
  readonly #changed = new Set<number>();
  /** Buckets to look through soon. */
  readonly #affected = new Set<number>();
  readonly #walkedAtMs = new Map<number, number>();
  #newNeighbours = 0;
  #settings: Settings;
  #factor = 1;
  #record = { asked: 0, answered: 0, refreshDatagrams: 0, datagrams: 0 };
  #lookTimer: Timer | undefined;
  #soonTimer: Timer | undefined;
  #running = false;
  #walking = false;
  #stopped = false;
  #met: Contact | undefined;
  #startedAtMs: number;
  #firstRoundAtMs = 0;
  #wholeRoundAtMs = 0;
  #announcedAtMs: number;
  #optimisedAtMs: number;

  constructor({ kademlia, settings, emit, intervalSeconds }: AdaptiveRefreshInit) {
    const { clock } = kademlia.parts;
    this.#node = kademlia;
    this.#settings = settings;
    this.#emit = emit;
    this.#baseSeconds = intervalSeconds;
    this.#dynamics = new Dynamics(clock, () => kademlia.table.size);
    this.#partition = new PartitionWatch({ clock, heardSince: (sinceMs) => this.#heardSince(sinceMs) });
    this.#startedAtMs = clock.now();
    this.#announcedAtMs = this.#startedAtMs;
    this.#optimisedAtMs = this.#startedAtMs;
  }

  configure(settings: Settings): void {
    this.#settings = settings;
  }

  /** What the present condition asks for. */
  get plan(): RefreshPlan {
    return planRefresh({
      condition: this.#dynamics.condition,
      baseSeconds: this.#baseSeconds(),
      stability: this.#dynamics.stability,
      factor: this.#factor,
      minSeconds: this.#settings.active_refresh_min_interval,
      maxSeconds: this.#settings.stable_refresh_max_interval,
    });
  }

  start(): void {
    const { random } = this.#node.parts;
    // Nodes that joined together must not refresh together, or the network idles and storms by turns.
    this.#firstRoundAtMs = this.#startedAtMs + random.float() * this.#baseSeconds() * 1000;
    this.#wholeRoundAtMs = this.#firstRoundAtMs;
    this.#scheduleLook(random.float() * LOOK_INTERVAL_MS);
  }

  stop(): void {
    const { clock } = this.#node.parts;
    this.#stopped = true;
    if (this.#lookTimer !== undefined) clock.clearTimeout(this.#lookTimer);
    if (this.#soonTimer !== undefined) clock.clearTimeout(this.#soonTimer);
  }

  added(contact: Contact): void {
    const bucket = this.#node.table.bucketIndex(contact.id);
    // What the own walks find was there before, and a far bucket is none the worse for one more.
    if (!this.#walking) this.#dynamics.note();
    if (!this.#walking && bucket >= nearBuckets(this.#node)) {
      this.#changed.add(bucket);
      if (++this.#newNeighbours >= NEW_NEIGHBOURS) this.#affect(bucket);
    }
    this.#heard(contact);
  }

  answeredLate(contact: Contact): void {
    this.#heard(contact);
  }

  unanswered(): void {
    this.#dynamics.note(DOUBT_WEIGHT);
  }

  removed(contact: Contact, why: Removal): void {
    const { table, parameters } = this.#node;
    const bucket = table.bucketIndex(contact.id);
    this.#dynamics.note();
    this.#changed.add(bucket);
    const partition = this.#partition;
    if (why === 'left') partition.saidGoodbye(contact.id.hex);
    else if (why === 'silent' && partition.fellSilent(contact.id.hex)) {
      const message = `${partition.lost} contacts fell silent within a minute, ${table.size} are left`;
      this.#emit({ type: 'partition-suspected', message });
    }
    const isNear = bucket >= nearBuckets(this.#node);
    if (isNear || table.bucketSize(bucket) < REFILL_BELOW * parameters.k) this.#affect(bucket);
  }

  #heard(contact: Contact): void {
    const means = this.#partition.heard(contact.id.hex);
    if (means === undefined) return;
    if (means === 'met') this.#met = contact;
    else {
      const { table } = this.#node;
      this.#emit({ type: 'partition-healed', message: `lost contacts are back, ${table.size} in all` });
      this.#walkedAtMs.clear();
      this.#announcedAtMs = Number.NEGATIVE_INFINITY;
      for (let bucket = 0; bucket < table.bucketCount; bucket++) this.#affected.add(bucket);
    }
    this.#scheduleSoon();
  }

  #affect(bucket: number): void {
    if (!this.#settings.immediate_refresh_enabled) return;
    this.#affected.add(bucket);
    this.#scheduleSoon();
  }

  #scheduleLook(delayMs: number): void {
    if (this.#stopped) return;
    this.#lookTimer = this.#node.parts.clock.setTimeout(() => {
      this.#scheduleLook(LOOK_INTERVAL_MS);
      void this.#once(() => this.#look());
    }, delayMs);
  }

  #scheduleSoon(): void {
    if (this.#stopped || this.#soonTimer !== undefined) return;
    const { clock, random } = this.#node.parts;
    const delayMs = SHORTEST_DELAY_MS + random.float() * (LONGEST_DELAY_MS - SHORTEST_DELAY_MS);
    this.#soonTimer = clock.setTimeout(() => {
      this.#soonTimer = undefined;
      void this.#once(() => this.#refreshAffected()).then(() => {
        if (this.#affected.size > 0 || this.#met) this.#scheduleSoon();
      });
    }, delayMs);
  }

  /** One walk at a time: what comes meanwhile waits for the next turn. */
  async #once(work: () => Promise<void>): Promise<void> {
    if (this.#running || this.#stopped || this.#node.closed) return;
    this.#running = true;
    try {
      await work();
    } finally {
      this.#running = false;
    }
  }

  async #look(): Promise<void> {
    await this.#announce();
    const { plan } = this;
    this.#node.stats.refreshIntervalMs = plan.intervalSeconds * 1000;
    for (const bucket of this.#due(plan)) await this.#walk(bucket, plan.kind);
    await this.#node.maintainValues();
    this.#optimise();
  }

  async #announce(): Promise<void> {
    const { clock } = this.#node.parts;
    const since = Math.max(this.#node.askedAtMs, this.#announcedAtMs);
    if (clock.now() - since < FORGOTTEN_MS) return;
    this.#announcedAtMs = clock.now();
    await this.#node.lookup(this.#node.id, { refresh: true });
  }

  async #refreshAffected(): Promise<void> {
    const met = this.#met;
    this.#met = undefined;
    if (met) await this.#walk(this.#node.table.bucketCount - 1, 'immediate', { via: met, skip: () => false });
    if (this.#announcedAtMs === Number.NEGATIVE_INFINITY) {
      this.#announcedAtMs = this.#node.parts.clock.now();
      await this.#node.lookup(this.#node.id, { refresh: true });
    }
    for (const bucket of this.#units(this.#affected)) {
      if (!this.#mayWalk(bucket)) continue;
      await this.#walk(bucket, 'immediate');
    }
  }

  /** Whether the last walk of a bucket is long enough ago for another one out of turn. */
  #mayWalk(bucket: number): boolean {
    const walkedAtMs = this.#walkedAtMs.get(bucket) ?? Number.NEGATIVE_INFINITY;
    const isUrgent = this.#node.table.shrunkBuckets().includes(bucket);
    const gapMs = isUrgent ? URGENT_GAP_MS : this.#settings.active_refresh_min_interval * 1000;
    return this.#node.parts.clock.now() - walkedAtMs >= gapMs;
  }

  #due({ kind, scope, intervalSeconds }: RefreshPlan): number[] {
    const now = this.#node.parts.clock.now();
    const intervalMs = intervalSeconds * 1000;
    const since = now - intervalMs;
    const isStale = (bucket: number) => !this.#allHeardSince(bucket, since);
    if (scope === 'whole') {
      if (this.#wholeRoundAtMs > since) return [];
      this.#wholeRoundAtMs = now;
      return this.#units(Array.from({ length: this.#node.table.bucketCount }, (_, i) => i)).filter(isStale);
    }
    const { table } = this.#node;
    const stale = new Set(table.staleBuckets(since));
    const buckets = kind === 'active' ? [...this.#changed].filter((bucket) => stale.has(bucket)) : [...stale];
    if (now >= this.#firstRoundAtMs) {
      this.#firstRoundAtMs = Number.POSITIVE_INFINITY;
      buckets.push(...table.staleBuckets(this.#startedAtMs + 1));
    }
    return this.#units(buckets).filter(isStale);
  }

  async #walk(bucket: number, kind: RefreshKind, options: Partial<WalkOptions> = {}): Promise<void> {
    if (this.#stopped || this.#node.closed) return;
    const { stats, parts } = this.#node;
    const near = nearBuckets(this.#node);
    this.#walkedAtMs.set(Math.min(bucket, near), parts.clock.now());
    if (bucket >= near) this.#newNeighbours = 0;
    for (const set of [this.#affected, this.#changed])
      for (const other of set) if (Math.min(other, near) === Math.min(bucket, near)) set.delete(other);
    stats.refreshWalks[kind] = (stats.refreshWalks[kind] ?? 0) + 1;
    const skip = (contact: Contact) => this.#partition.isSilent(contact.id.hex);
    this.#walking = true;
    const { asked, answered } = await new BucketWalk(this.#node).run(bucket, { skip, ...options });
    this.#walking = false;
    this.#record.asked += asked;
    this.#record.answered += answered;
  }

  #optimise(): void {
    const { stats, parts } = this.#node;
    const now = parts.clock.now();
    if (now - this.#optimisedAtMs < this.#settings.refresh_optimization_interval * 1000) return;
    const { asked, answered, refreshDatagrams, datagrams } = this.#record;
    this.#factor = optimise(this.#factor, {
      asked,
      answered,
      refreshDatagrams: stats.refreshDatagrams - refreshDatagrams,
      datagrams: stats.datagramsSent - datagrams,
    });
    this.#optimisedAtMs = now;
    this.#record = {
      asked: 0,
      answered: 0,
      refreshDatagrams: stats.refreshDatagrams,
      datagrams: stats.datagramsSent,
    };
  }

  /** Buckets, each once; those near the own id are looked through together and stand for one. */
  #units(buckets: Iterable<number>): number[] {
    const near = nearBuckets(this.#node);
    return [...new Set([...buckets].map((bucket) => Math.min(bucket, near)))];
  }

  #allHeardSince(bucket: number, sinceMs: number): boolean {
    const { table } = this.#node;
    const last = bucket >= nearBuckets(this.#node) ? table.bucketCount - 1 : bucket;
    for (let each = bucket; each <= last; each++) {
      const entries = table.entriesOf(each);
      if (entries.length === 0 || entries.some((entry) => entry.seenAtMs < sinceMs)) return false;
    }
    return true;
  }

  #heardSince(sinceMs: number): number {
    const { table } = this.#node;
    let count = 0;
    for (let bucket = 0; bucket < table.bucketCount; bucket++)
      for (const entry of table.entriesOf(bucket)) if (entry.seenAtMs >= sinceMs) count++;
    return count;
  }
}
