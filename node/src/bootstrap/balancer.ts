import type { RandomSource } from '../kademlia/components.js';
import type { Settings } from '../settings.js';
import { lacking, surplus } from './balance.js';
import type { Lease, Leases } from './leases.js';
import type { Ring } from './ring.js';

/** Share of those that are to move that are told each second. */
const TOLD_PER_SECOND = 0.1;
/** Siblings that one node is told of. */
const NAMED = 4;

interface Order {
  lease: Lease;
  places: () => string[];
}

export interface BalancerInit {
  leases: Leases;
  ring: Ring;
  random: RandomSource;
  settings: () => Settings;
}

/**
 * Tells attached nodes to move: to less loaded siblings when there are too many here, and back to a parent that has
 * returned. Never many at once.
 */
export class Balancer {
  readonly #init: BalancerInit;
  #orders: Order[] = [];
  /** Told in a second. */
  #rate = 0;
  #toldAtMs = 0;
  #looksAtMs: number | undefined;

  constructor(init: BalancerInit) {
    this.#init = init;
  }

  stop(): void {
    this.#orders = [];
    this.#looksAtMs = undefined;
  }

  /** To be called every few seconds. */
  tick(nowMs: number): void {
    this.#looksAtMs ??= nowMs + this.#intervalMs();
    if (nowMs >= this.#looksAtMs) {
      this.#looksAtMs = nowMs + this.#intervalMs();
      this.#look(nowMs);
    }
    this.#tell(nowMs);
  }

  /** A sibling has returned: its nodes that are here go back. */
  bringBack(place: string, nowMs: number): void {
    const guests = [...this.#init.leases.all].filter(({ home }) => home === place);
    this.#give(
      guests.map((lease) => ({ lease, places: () => [place] })),
      nowMs,
    );
  }

  /** A node that is overloaded hands some over. Those that are here only for a time go first. */
  #look(nowMs: number): void {
    const { leases, ring, settings } = this.#init;
    if (!settings().enable_bootstrap_load_balancing || this.#orders.length > 0) return;
    const siblings = ring.fresh(nowMs);
    const count = surplus(leases.load, siblings);
    if (count === 0) return;
    const own = ring.own;
    const workers = [...leases.all].filter(({ tier }) => tier === 'worker');
    const guestsFirst = [
      ...workers.filter(({ home }) => home !== own),
      ...workers.filter(({ home }) => home === own),
    ];
    this.#give(
      guestsFirst.slice(0, count).map((lease) => ({ lease, places: () => this.#leastLoaded(nowMs) })),
      nowMs,
    );
  }

  #leastLoaded(nowMs: number): string[] {
    const { leases, ring } = this.#init;
    const chosen = lacking(leases.load, ring.fresh(nowMs)).slice(0, NAMED);
    const first = chosen[0];
    // Counted at once: the next one is sent elsewhere.
    if (first) first.attached++;
    return chosen.map(({ place }) => place);
  }

  #give(orders: Order[], nowMs: number): void {
    if (orders.length === 0) return;
    this.#orders.push(...orders);
    this.#rate = this.#orders.length * TOLD_PER_SECOND;
    this.#toldAtMs = nowMs;
  }

  #tell(nowMs: number): void {
    if (this.#orders.length === 0) return;
    const { leases } = this.#init;
    const due = Math.ceil(((nowMs - this.#toldAtMs) / 1000) * this.#rate);
    this.#toldAtMs = nowMs;
    for (const { lease, places } of this.#orders.splice(0, due)) {
      const named = places();
      if (named.length > 0) leases.order(lease, named, nowMs);
    }
  }

  /** Bootstrap nodes that started together must not move nodes together. */
  #intervalMs(): number {
    const { settings, random } = this.#init;
    return settings().bootstrap_load_balance_interval * 1000 * (0.75 + random.float() / 2);
  }
}
