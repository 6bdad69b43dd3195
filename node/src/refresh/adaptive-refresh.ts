import type { Timer } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { NodeObserver, Removal } from '../kademlia/observer.js';
import type { PartContext } from '../node-part.js';
import type { Settings } from '../settings.js';
import { allHeardSince, heardSince, nearBuckets, walksFor } from './buckets.js';
import { Dynamics } from './dynamics.js';
import { ImmediateRefresh } from './immediate-refresh.js';
import { Optimiser } from './optimiser.js';
import { PartitionWatch } from './partition.js';
import { type Condition, planRefresh, type RefreshPlan } from './policy.js';
import { Visitors } from './visitors.js';
import { Walker } from './walker.js';

/** How often a node looks what is due; work itself is far rarer. */
const LOOK_INTERVAL_MS = 10_000;
/** All buckets are looked through once within this time after the start; joining itself has done what is urgent. */
const FIRST_ROUND_MS = 300_000;
/** A node that nobody asked for so long may have been forgotten, and makes itself known again. */
const FORGOTTEN_MS = 60_000;
/** A far bucket that lost contacts is refilled once it is less full than this; lookups manage with fewer contacts. */
const REFILL_BELOW = 0.75;
/** New neighbours since the last walk from which on there must be more that are not known yet. */
const NEW_NEIGHBOURS = 4;
/** New neighbours are ordinary for so long after the start. */
const SETTLING_MS = 120_000;
/** What a contact that came into a far bucket counts as a change: most were there before and have only now been met. */
const FAR_ARRIVAL_WEIGHT = 0.25;
/** What a contact that left a request unanswered counts as a change; most of them answer the next one. */
const DOUBT_WEIGHT = 0.25;

export interface AdaptiveRefreshInit extends PartContext {
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
  readonly #optimiser: Optimiser;
  readonly #partition: PartitionWatch;
  readonly #walker: Walker;
  readonly #immediate: ImmediateRefresh;
  readonly #visitors: Visitors;
  /** Buckets that changed since the last active walk. */
  readonly #changed = new Set<number>();
  readonly #startedAtMs: number;
  #settings: Settings;
  #timer: Timer | undefined;
  #newNeighbours = 0;
  #firstRoundAtMs = 0;
  #wholeRoundAtMs = 0;
  #announcedAtMs: number;

  constructor({ kademlia, settings, emit, intervalSeconds }: AdaptiveRefreshInit) {
    const { clock } = kademlia.parts;
    this.#node = kademlia;
    this.#settings = settings;
    this.#emit = emit;
    this.#baseSeconds = intervalSeconds;
    this.#startedAtMs = clock.now();
    this.#announcedAtMs = this.#startedAtMs;
    this.#dynamics = new Dynamics(clock, () => kademlia.table.size);
    this.#optimiser = new Optimiser(kademlia.stats, this.#startedAtMs);
    this.#partition = new PartitionWatch({
      clock,
      heardSince: (sinceMs) => heardSince(kademlia.table, sinceMs),
    });
    this.#walker = new Walker({
      node: kademlia,
      skip: (contact) => this.#partition.fellSilentLately(contact.id.hex),
      onWalk: (asked, answered) => this.#optimiser.note(asked, answered),
    });
    this.#immediate = new ImmediateRefresh(kademlia, this.#walker, settings);
    this.#visitors = new Visitors(clock);
  }

  configure(settings: Settings): void {
    this.#settings = settings;
    this.#immediate.configure(settings);
  }

  start(): void {
    const { random } = this.#node.parts;
    // Nodes that joined together must not refresh together, or the network idles and storms by turns.
    this.#firstRoundAtMs = this.#startedAtMs + random.float() * FIRST_ROUND_MS;
    this.#wholeRoundAtMs = this.#firstRoundAtMs;
    this.#schedule(random.float() * LOOK_INTERVAL_MS);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#node.parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#immediate.stop();
    this.#walker.stop();
  }

  /** A lost contact may be back without a place in the table, when others have taken it. */
  heard(contact: Contact): void {
    if (this.#partition.lost > 0) this.#mayBeBack(contact);
  }

  added(contact: Contact): void {
    this.#visitors.came(contact);
    // What the own walks find was there before.
    if (this.#walker.walking) return;
    const bucket = this.#node.table.bucketIndex(contact.id);
    const isNear = bucket >= nearBuckets(this.#node);
    this.#dynamics.note(isNear ? 1 : FAR_ARRIVAL_WEIGHT);
    if (!isNear || !this.#hasSettled) return;
    this.#changed.add(bucket);
    if (++this.#newNeighbours < NEW_NEIGHBOURS) return;
    this.#newNeighbours = 0;
    this.#immediate.affect(bucket);
  }

  unanswered(): void {
    this.#dynamics.note(DOUBT_WEIGHT);
  }

  removed(contact: Contact, why: Removal): void {
    const { table, parameters } = this.#node;
    if (why === 'left' && this.#visitors.left(contact)) return;
    this.#dynamics.note();
    if (why === 'left') this.#partition.saidGoodbye(contact.id.hex);
    else if (why === 'silent') this.#fellSilent(contact);
    const bucket = table.bucketIndex(contact.id);
    this.#changed.add(bucket);
    const isNear = bucket >= nearBuckets(this.#node);
    if (isNear || table.bucketSize(bucket) < REFILL_BELOW * parameters.k) this.#immediate.affect(bucket);
  }

  /** While the network comes up everybody meets everybody, and that is no event. */
  get #hasSettled(): boolean {
    return this.#node.parts.clock.now() - this.#startedAtMs >= SETTLING_MS;
  }

  #fellSilent(contact: Contact): void {
    const partition = this.#partition;
    if (!partition.fellSilent(contact.id.hex)) return;
    const message = `${partition.lost} contacts fell silent within a minute, ${this.#node.table.size} are left`;
    this.#emit({ type: 'partition-suspected', message });
  }

  #mayBeBack(contact: Contact): void {
    const means = this.#partition.heard(contact.id.hex);
    if (means === 'met') this.#immediate.meet(contact);
    if (means !== 'healed') return;
    const message = `lost contacts are back, ${this.#node.table.size} in all`;
    this.#emit({ type: 'partition-healed', message });
    this.#immediate.healed(contact);
  }

  #schedule(delayMs: number): void {
    this.#timer = this.#node.parts.clock.setTimeout(() => {
      this.#schedule(LOOK_INTERVAL_MS);
      void this.#walker.run(() => this.#look());
    }, delayMs);
  }

  async #look(): Promise<void> {
    const { clock } = this.#node.parts;
    await this.#announceIfForgotten();
    const plan = this.#plan(this.#dynamics.condition);
    this.#node.stats.refreshIntervalMs = plan.intervalSeconds * 1000;
    const isHeard = (bucket: number) =>
      allHeardSince(this.#node, bucket, clock.now() - plan.intervalSeconds * 1000);
    for (const bucket of walksFor(this.#node, this.#due(plan)))
      if (!isHeard(bucket)) await this.#walker.walk(bucket, plan.kind);
    await this.#node.maintainValues();
    this.#optimiser.look(clock.now(), this.#settings.refresh_optimization_interval * 1000);
  }

  async #announceIfForgotten(): Promise<void> {
    const now = this.#node.parts.clock.now();
    if (now - Math.max(this.#node.askedAtMs, this.#announcedAtMs) < FORGOTTEN_MS) return;
    this.#announcedAtMs = now;
    await this.#walker.announce();
  }

  #plan(condition: Condition): RefreshPlan {
    return planRefresh({
      condition,
      baseSeconds: this.#baseSeconds(),
      stability: this.#dynamics.stability,
      factor: this.#optimiser.factor,
      minSeconds: this.#settings.active_refresh_min_interval,
      maxSeconds: this.#settings.stable_refresh_max_interval,
    });
  }

  /** Buckets that are due by the plan. */
  #due({ scope, intervalSeconds }: RefreshPlan): Iterable<number> {
    const { table, parts } = this.#node;
    const now = parts.clock.now();
    const stale = (seconds: number) => table.staleBuckets(now - seconds * 1000);
    if (scope === 'whole') {
      if (now - this.#wholeRoundAtMs < intervalSeconds * 1000) return [];
      this.#wholeRoundAtMs = now;
      return Array(table.bucketCount).keys();
    }
    const due = scope === 'active' ? this.#takeChanged(stale(intervalSeconds)) : stale(intervalSeconds);
    // Unrest in some buckets does not put the others off for longer than moderate unrest would.
    if (scope === 'active') due.push(...stale(this.#plan('medium').intervalSeconds));
    if (now < this.#firstRoundAtMs) return due;
    // The first round takes every bucket that nothing went through since the start, early as that may be.
    this.#firstRoundAtMs = Number.POSITIVE_INFINITY;
    return [...due, ...table.staleBuckets(this.#startedAtMs + 1)];
  }

  #takeChanged(stale: number[]): number[] {
    const due = stale.filter((bucket) => this.#changed.has(bucket));
    for (const bucket of due) this.#changed.delete(bucket);
    return due;
  }
}
