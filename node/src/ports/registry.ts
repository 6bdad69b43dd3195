import type { Clock, Transport, TransportFactory } from '../kademlia/components.js';
import { DurationHistogram } from '../wire/stats.js';
import { bindFixed, bindIfFree } from './bind.js';
import { PortsExhaustedError, PortTimeoutError } from './errors.js';
import { Lease } from './lease.js';
import { type PortSpace, searchOrder } from './search-order.js';

/** An address on which a whole search found nothing is not searched again for so long. */
const FULL_MS = 1000;
const NEVER = Number.NEGATIVE_INFINITY;

export interface PortRegistryInit {
  clock: Clock;
  transports: TransportFactory;
  space: PortSpace;
  /** For one allocation; read anew at each. */
  timeoutMs: () => number;
}

/** How far the search has come on one address. */
interface Search {
  /** Index into the search order. */
  next: number;
  /** Until when the address counts as full, on the clock. */
  fullUntilMs: number;
  /** Leases on the address that have ended. */
  released: number;
}

/**
 * Hands out leases of UDP ports: the preferred one, else the next free one of the space.
 *
 * A lease is the bound socket itself. The kernel gives a port to one socket only, whichever process asks, and takes it
 * back when the process dies: so nothing is shared between processes, and nothing can be left over. The registry only
 * remembers where its last search ended, so that finding ports for many nodes stays linear.
 */
export class PortRegistry {
  /** Allocations by how they ended. */
  readonly counts = { preferred: 0, fallback: 0, failed: 0 };
  /** How long they took. */
  readonly durations = new DurationHistogram();
  readonly #clock: Clock;
  readonly #transports: TransportFactory;
  readonly #timeoutMs: () => number;
  readonly #searches = new Map<string, Search>();
  #space: PortSpace;
  #order: readonly number[] | undefined;

  constructor({ clock, transports, space, timeoutMs }: PortRegistryInit) {
    this.#clock = clock;
    this.#transports = transports;
    this.#space = space;
    this.#timeoutMs = timeoutMs;
  }

  /** Searches another space from now on, a larger one for example; leases stay. */
  setSpace(space: PortSpace): void {
    this.#space = space;
    this.#order = undefined;
    this.#searches.clear();
  }

  /**
   * Leases a port; closing the socket gives it back.
   *
   * @param fixed the preferred port or none: for nodes that are known by their port
   * @throws PortsExhaustedError, PortTimeoutError, or the system's error
   */
  async lease(address: string, preferred: number, { fixed = false } = {}): Promise<Transport> {
    const startedAtMs = this.#clock.now();
    try {
      const socket = fixed
        ? await bindFixed(this.#transports, address, preferred)
        : ((await bindIfFree(this.#transports, address, preferred)) ??
          (await this.#search(address, preferred, startedAtMs)));
      this.counts[socket.port === preferred ? 'preferred' : 'fallback']++;
      return new Lease(socket, () => this.#released(address));
    } catch (error) {
      this.counts.failed++;
      throw error;
    } finally {
      this.durations.add(this.#clock.now() - startedAtMs);
    }
  }

  /** Goes once round the space, on from where the last search ended. */
  async #search(address: string, except: number, startedAtMs: number): Promise<Transport> {
    const order = this.#searchOrder();
    const search = this.#searchOn(address);
    const full = this.#clock.now() < search.fullUntilMs;
    const { released } = search;
    const timeoutMs = this.#timeoutMs();
    for (let tried = 0; tried < order.length && !full; tried++) {
      if (this.#clock.now() - startedAtMs >= timeoutMs)
        throw new PortTimeoutError(address, this.#space, timeoutMs, tried);
      // Taken before the wait: two searches at a time never try the same port.
      const port = order[search.next] as number;
      search.next = (search.next + 1) % order.length;
      if (port === except) continue;
      const socket = await bindIfFree(this.#transports, address, port);
      if (socket) return socket;
    }
    if (!full && released === search.released) search.fullUntilMs = this.#clock.now() + FULL_MS;
    throw new PortsExhaustedError(address, this.#space);
  }

  #searchOrder(): readonly number[] {
    this.#order ??= searchOrder(this.#space);
    return this.#order;
  }

  #searchOn(address: string): Search {
    const search = this.#searches.get(address) ?? { next: 0, fullUntilMs: NEVER, released: 0 };
    this.#searches.set(address, search);
    return search;
  }

  #released(address: string): void {
    const search = this.#searchOn(address);
    search.fullUntilMs = NEVER;
    search.released++;
  }
}
