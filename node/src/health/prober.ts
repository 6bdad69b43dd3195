import type { Timer } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import { compareDistance, type NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import { SILENT } from '../kademlia/requests/silent.js';
import { encodeRequest } from '../wire/request.js';
import { LostSearch } from './lost-search.js';
import type { HealthRegistry } from './registry.js';

/** Nearest contacts that every sweep looks at: each node is watched by about as many. */
const NEIGHBOURS = 4;
/** Other contacts that a sweep looks at, those that were silent longest. With the neighbours at most 16 (facts, section 5). */
const OTHERS = 2;
/** Further contacts that are looked at for each that stays silent, or that is back: a mass death is so found out soon. */
const WIDEN = 12;
/** Deaths come in bursts: what they ask for is done together. */
const WIDEN_DELAY_MS = 500;
/** Who was heard from so lately is not asked when a sweep widens. */
const RECENT_MS = 10_000;
/** Nor is who was heard from since others fell silent: so often at most is a table looked through for them. */
const ALARM_MS = 60_000;
/** Pings in flight. */
const CONCURRENCY = 4;
/** Nodes near a dead neighbour that are told of it: its 20 nearest, and more, since some of those may have died with it. */
const TOLD = 32;
/** Dead neighbours that others are told of, in each such time: when many die at once, everybody finds out alone. */
const SPREADS = 2;
const SPREAD_WINDOW_MS = 10_000;

/** Pings the contacts of a node that it has not heard from: few in quiet times, more with every failure. */
export class Prober {
  readonly #node: KademliaNode;
  readonly #registry: HealthRegistry;
  readonly #queue: Contact[] = [];
  readonly #queued = new Set<Contact>();
  readonly #search: LostSearch;
  #active = 0;
  /** Contacts to look at beyond the sweep's own. */
  #extra = 0;
  #timer: Timer | undefined;
  /** When the first of those that fall silent at present did. */
  #alarmedAtMs = Number.NEGATIVE_INFINITY;
  #spreadSinceMs = Number.NEGATIVE_INFINITY;
  /** Deaths that others were told of since `#spreadSinceMs`. */
  #spreads = 0;
  #stopped = false;

  constructor(node: KademliaNode, registry: HealthRegistry) {
    this.#node = node;
    this.#registry = registry;
    const { clock, random } = node.parts;
    this.#search = new LostSearch({ clock, random, look: () => this.#lookForLost(1) });
  }

  /** Looks at the neighbours and some others not heard from for `quietMs`. */
  sweep(quietMs: number): void {
    const { table, id, parts } = this.#node;
    const since = parts.clock.now() - quietMs;
    const neighbours = new Set(table.closest(id, NEIGHBOURS, undefined, true));
    const quiet = table.quiet(since);
    const near = quiet.filter((contact) => neighbours.has(contact));
    const others = quiet.filter((contact) => !neighbours.has(contact)).slice(0, OTHERS);
    this.#add([...near, ...others]);
    this.#node.stats.unwell = this.#registry.counts();
  }

  /** A contact stays silent: others may be dead too. */
  widen(): void {
    const { table, parts } = this.#node;
    this.#extra += WIDEN;
    if (this.#stopped || this.#timer !== undefined) return;
    if (parts.clock.now() - this.#alarmedAtMs > ALARM_MS) this.#alarmedAtMs = parts.clock.now();
    this.#timer = parts.clock.setTimeout(() => {
      this.#timer = undefined;
      // A table that was looked through since then has no more to ask for.
      const since = Math.min(parts.clock.now() - RECENT_MS, this.#alarmedAtMs);
      this.#add(table.quiet(since).slice(0, this.#extra));
      this.#extra = 0;
    }, WIDEN_DELAY_MS);
  }

  /** A contact is dead, or cut off: if it was a neighbour, the others around it look for themselves. */
  spread(dead: Contact): void {
    this.#search.lost();
    const { table, id, rpc, extensions } = this.#node;
    if (!extensions || !isAmong(table.closest(id, NEIGHBOURS), dead, id) || !this.#maySpread()) return;
    const payload = encodeRequest(SILENT, id, dead.id);
    for (const contact of table.closest(dead.id, TOLD)) rpc.notify(contact, payload);
  }

  #maySpread(): boolean {
    const now = this.#node.parts.clock.now();
    if (now - this.#spreadSinceMs > SPREAD_WINDOW_MS) {
      this.#spreadSinceMs = now;
      this.#spreads = 0;
    }
    return ++this.#spreads <= SPREADS;
  }

  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
    this.#search.stop();
    if (this.#timer !== undefined) this.#node.parts.clock.clearTimeout(this.#timer);
  }

  #add(contacts: Contact[]): void {
    for (const contact of contacts) {
      if (this.#queued.has(contact)) continue;
      this.#queued.add(contact);
      this.#queue.push(contact);
    }
    this.#next();
  }

  #next(): void {
    while (this.#active < CONCURRENCY && !this.#stopped) {
      const contact = this.#queue.shift();
      if (!contact) return;
      this.#active++;
      void this.#probe(contact).then(() => {
        this.#active--;
        this.#queued.delete(contact);
        this.#next();
      });
    }
  }

  async #probe(contact: Contact): Promise<void> {
    const wasLost = this.#registry.statusOf(contact) === 'unhealthy';
    const answered = (await this.#node.ping(contact)) !== undefined;
    if (this.#stopped || this.#node.closed) return;
    this.#node.stats.noteHealthCheck('fast', answered ? 'healthy' : 'unhealthy');
    if (!answered && !wasLost) this.#node.doubt(contact);
    // One that is back may not be the only one.
    if (answered && wasLost) this.#lookForLost(WIDEN);
  }

  #lookForLost(count: number): boolean {
    const lost = this.#registry.lost(count);
    this.#add(lost);
    return lost.length > 0;
  }
}

/** Whether a contact would be among the nearest, if it were still in the table. */
function isAmong(nearest: readonly Contact[], contact: Contact, target: NodeId): boolean {
  const last = nearest.at(-1);
  return (
    nearest.length < NEIGHBOURS || (last !== undefined && compareDistance(target, contact.id, last.id) < 0)
  );
}
