import type { Tier } from '../control/api.js';
import { parseAddress } from './address.js';

/** Candidates that others named, kept beside the planned ones at most: a whole tier. */
const MAX_NAMED = 64;

/** A bootstrap node that a node may attach to, with what is known of it. */
export class Candidate {
  readonly address: string;
  readonly port: number;
  /** As it said itself, or its sibling; undefined before. */
  tier: Tier | undefined;
  /** Nodes attached to it, as last heard. */
  load = 0;
  /** Nodes that it takes; 0 = not known. */
  capacity = 0;
  /** Checks left unanswered in a row. */
  failures = 0;
  healthy = true;
  /** Requests to attach left unanswered although it answered a ping. */
  silences = 0;
  /** It has said that it belongs to another network. */
  isForeign = false;
  /** An unhealthy one is checked again from then on. Milliseconds of the node's clock. */
  checkAtMs = 0;

  /** @param place `address:port` @throws RangeError when it is none */
  constructor(readonly place: string) {
    const { address, port } = parseAddress(place);
    this.address = address;
    this.port = port;
  }

  /** It answered: it is healthy. */
  answered(): void {
    this.failures = 0;
    this.healthy = true;
    this.isForeign = false;
  }

  /** It belongs to another network. */
  refused(checkAtMs: number): void {
    this.healthy = false;
    this.isForeign = true;
    this.checkAtMs = checkAtMs;
  }

  /** A check of it failed. @param threshold failures in a row that make it unhealthy */
  failed(threshold: number, checkAtMs: number): void {
    this.failures++;
    this.checkAtMs = checkAtMs;
    if (this.failures < threshold) return;
    this.healthy = false;
    // Another one may come up in its place, even a legacy node.
    this.tier = undefined;
  }
}

/**
 * The bootstrap nodes that a node knows of: those of its plan, best first; those that other bootstrap
 * nodes named; and its own siblings, the last resort of a bootstrap node whose tiers above are all dead.
 */
export class Candidates {
  readonly #own: string;
  readonly #known = new Map<string, Candidate>();
  #planned: Candidate[] = [];
  #siblings: Candidate[] = [];

  /** @param own the node's own `address:port`; it is never a candidate */
  constructor(own: string, planned: readonly string[], siblings: readonly string[]) {
    this.#own = own;
    this.set(planned, siblings);
  }

  /** The parent that the plan gives the node; undefined for the first node of a network. */
  get home(): Candidate | undefined {
    return this.#planned[0];
  }

  /** `address:port` of the planned ones that belong to another network. */
  get foreign(): string[] {
    return this.#planned.filter(({ isForeign }) => isForeign).map(({ place }) => place);
  }

  /** In order of preference. */
  get planned(): readonly Candidate[] {
    return this.#planned;
  }

  get siblings(): readonly Candidate[] {
    return this.#siblings;
  }

  /** All of them, the planned ones first. */
  get all(): Candidate[] {
    return [...this.#known.values()];
  }

  /** An unhealthy one whose next check is due. */
  due(nowMs: number): Candidate | undefined {
    for (const candidate of this.#known.values()) {
      if (!candidate.healthy && candidate.checkAtMs <= nowMs) return candidate;
    }
    return undefined;
  }

  /** Takes another plan; what is known of those that stay is kept. */
  set(planned: readonly string[], siblings: readonly string[]): void {
    const before = new Map(this.#known);
    this.#known.clear();
    const keep = (place: string) => {
      const candidate = this.#known.get(place) ?? before.get(place) ?? new Candidate(place);
      this.#known.set(place, candidate);
      return candidate;
    };
    const others = (places: readonly string[]) => places.filter((place) => place !== this.#own);
    this.#planned = others(planned).map(keep);
    this.#siblings = others(siblings)
      .filter((place) => !planned.includes(place))
      .map(keep);
  }

  /** Takes candidates that a bootstrap node named, all of one tier. */
  name(places: readonly string[], tier: Tier | undefined): Candidate[] {
    const most = this.#planned.length + this.#siblings.length + MAX_NAMED;
    return places.flatMap((place) => {
      if (place === this.#own) return [];
      let candidate = this.#known.get(place);
      if (!candidate) {
        if (this.#known.size >= most) this.#forgetOne();
        candidate = new Candidate(place);
        this.#known.set(place, candidate);
      }
      candidate.tier = tier ?? candidate.tier;
      return [candidate];
    });
  }

  /** Drops one that is no candidate after all. */
  drop(candidate: Candidate): void {
    this.#known.delete(candidate.place);
    this.#planned = this.#planned.filter((each) => each !== candidate);
    this.#siblings = this.#siblings.filter((each) => each !== candidate);
  }

  /** Drops the one that was named first. */
  #forgetOne(): void {
    const kept = new Set([...this.#planned, ...this.#siblings]);
    for (const [place, candidate] of this.#known) {
      if (kept.has(candidate)) continue;
      this.#known.delete(place);
      return;
    }
  }
}
