import type { RandomSource } from '../kademlia/components.js';
import { parseAddress } from './address.js';
import type { LoadShare } from './balance.js';
import type { News } from './ring-message.js';

/** What was heard of a sibling longer ago is not told on, and does not count. */
const MAX_AGE_MS = 30_000;
/** News is told again only when it is newer by more than clocks and rounding can differ. */
const NEWER_MS = 200;

/** Another bootstrap node of the same tier. */
export class Sibling implements LoadShare {
  readonly address: string;
  readonly port: number;
  attached = 0;
  capacity = 0;
  /** When it said so itself, as far as is known. Milliseconds of the node's clock. */
  newsAtMs = Number.NEGATIVE_INFINITY;
  /** It was heard from since this node started. */
  heard = false;
  dead = false;
  /** When it was found dead. Milliseconds of the node's clock. */
  deadSinceMs = 0;
  /** It answers, but has not joined, since then; undefined = it has. */
  unreadySinceMs: number | undefined;
  /** A dead one is asked again from then on. */
  checkAtMs = 0;

  constructor(readonly place: string) {
    const { address, port } = parseAddress(place);
    this.address = address;
    this.port = port;
  }
}

/** The bootstrap nodes of a tier as a ring: each is the backup of the one before it. Knows their loads. */
export class Ring {
  #siblings = new Map<string, Sibling>();
  #before: Sibling[] = [];

  /** @param own the node's own `address:port` */
  constructor(
    readonly own: string,
    places: readonly string[],
  ) {
    this.set(places);
  }

  /** The others, from the one before the node backwards. */
  get before(): readonly Sibling[] {
    return this.#before;
  }

  /** Takes another ring; what is known of those that stay is kept. */
  set(places: readonly string[]): void {
    const known = this.#siblings;
    const own = places.indexOf(this.own);
    const others = own < 0 ? [] : [...places.slice(own + 1), ...places.slice(0, own)].reverse();
    this.#before = others.map((place) => known.get(place) ?? new Sibling(place));
    this.#siblings = new Map(this.#before.map((sibling) => [sibling.place, sibling]));
  }

  at(place: string): Sibling | undefined {
    return this.#siblings.get(place);
  }

  /** All that is known, the node's own load first. */
  news(own: LoadShare, nowMs: number): News[] {
    const { attached, capacity } = own;
    const known = this.fresh(nowMs).map(({ place, attached, capacity, newsAtMs }) => {
      return { place, attached, capacity, ageMs: nowMs - newsAtMs };
    });
    return [{ place: this.own, attached, capacity, ageMs: 0 }, ...known];
  }

  /** Takes what another one knows. */
  learn(news: readonly News[], nowMs: number): void {
    for (const { place, attached, capacity, ageMs } of news) {
      const sibling = this.#siblings.get(place);
      const newsAtMs = nowMs - ageMs;
      if (!sibling || ageMs > MAX_AGE_MS || newsAtMs < sibling.newsAtMs + NEWER_MS) continue;
      sibling.attached = attached;
      sibling.capacity = capacity;
      sibling.newsAtMs = newsAtMs;
    }
  }

  /** Those whose load is known and not too old. */
  fresh(nowMs: number): Sibling[] {
    return this.#before.filter(({ newsAtMs, dead }) => !dead && nowMs - newsAtMs <= MAX_AGE_MS);
  }

  /** Places of siblings that take more, as far as is known, from a random one on round the ring. */
  withRoom(count: number, nowMs: number, random: RandomSource): string[] {
    const isFresh = ({ newsAtMs }: Sibling) => nowMs - newsAtMs <= MAX_AGE_MS;
    const open = this.#before.filter(
      (sibling) => !sibling.dead && !(isFresh(sibling) && sibling.attached >= sibling.capacity),
    );
    const start = Math.floor(random.float() * open.length);
    return Array.from({ length: Math.min(count, open.length) }, (_, index) => {
      return (open[(start + index) % open.length] as Sibling).place;
    });
  }

  /** Any one that is not dead. */
  anyAlive(random: RandomSource): Sibling | undefined {
    const alive = this.#before.filter(({ dead }) => !dead);
    return alive[Math.floor(random.float() * alive.length)];
  }
}
