import type { DatagramHandler, Transport, TransportFactory } from '../kademlia/components.js';
import { SeededRandom } from './seeded-random.js';
import { VirtualClock } from './virtual-clock.js';

/** How datagrams travel. Shares are 0-1. */
export interface LinkConditions {
  /** One way, milliseconds. */
  latencyMs: number;
  /** Added to the latency, evenly spread over 0 … this, milliseconds; more than the gap between datagrams reorders them. */
  jitterMs: number;
  loss: number;
  duplication: number;
  /** Share of datagrams that are held back by `reorderDelayMs`, so that later ones overtake them. */
  reordering: number;
  reorderDelayMs: number;
}

const PERFECT: LinkConditions = {
  latencyMs: 1,
  jitterMs: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderDelayMs: 10,
};

/** A datagram on its way, as a trace sees it. */
export interface TracedDatagram {
  atMs: number;
  from: string;
  to: string;
  bytes: Uint8Array;
}

/**
 * An in-memory network on a virtual clock: latency, jitter, loss, duplication, reordering, cut links.
 *
 * All randomness comes from one seed, so a run can be repeated datagram for datagram.
 */
export class VirtualNetwork implements TransportFactory {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly #sockets = new Map<string, VirtualTransport>();
  readonly #cut = new Map<string, Set<string>>();
  #conditions: LinkConditions;
  /** Told of every datagram when it is sent. */
  onDatagram: ((datagram: TracedDatagram) => void) | undefined;

  constructor(seed: number, conditions: Partial<LinkConditions> = {}) {
    this.random = new SeededRandom(seed);
    this.#conditions = { ...PERFECT, ...conditions };
  }

  /** Changes how datagrams travel from now on. */
  setConditions(conditions: Partial<LinkConditions>): void {
    this.#conditions = { ...this.#conditions, ...conditions };
  }

  /** Cuts the way from one `address:port` to another; the way back stays. */
  cut(from: string, to: string): void {
    const set = this.#cut.get(from) ?? new Set();
    this.#cut.set(from, set.add(to));
  }

  /** Restores all links that were cut. */
  restore(): void {
    this.#cut.clear();
  }

  async bind(address: string, port: number): Promise<Transport> {
    const key = `${address}:${port}`;
    if (this.#sockets.has(key)) {
      throw Object.assign(new Error(`bind EADDRINUSE ${key}`), { code: 'EADDRINUSE' });
    }
    const socket = new VirtualTransport(this, address, port, () => this.#sockets.delete(key));
    this.#sockets.set(key, socket);
    return socket;
  }

  /** Puts a datagram on its way; called by the sockets. */
  send(from: string, fromAddress: string, fromPort: number, to: string, bytes: Uint8Array): void {
    const { loss, duplication } = this.#conditions;
    this.onDatagram?.({ atMs: this.clock.now(), from, to, bytes });
    if (this.#cut.get(from)?.has(to) || this.#happens(loss)) return;
    const copies = this.#happens(duplication) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      // Each copy is its receiver's own, as from a real socket.
      this.clock.setTimeout(
        () => this.#sockets.get(to)?.deliver(bytes.slice(), fromAddress, fromPort),
        this.#delayMs(),
      );
    }
  }

  #delayMs(): number {
    const { latencyMs, jitterMs, reordering, reorderDelayMs } = this.#conditions;
    const jitter = jitterMs > 0 ? this.random.float() * jitterMs : 0;
    return latencyMs + jitter + (this.#happens(reordering) ? reorderDelayMs : 0);
  }

  #happens(share: number): boolean {
    return share > 0 && this.random.float() < share;
  }
}

class VirtualTransport implements Transport {
  readonly #key: string;
  #handler: DatagramHandler | undefined;
  #open = true;

  constructor(
    readonly network: VirtualNetwork,
    readonly address: string,
    readonly port: number,
    readonly onClose: () => void,
  ) {
    this.#key = `${address}:${port}`;
  }

  onDatagram(handler: DatagramHandler): void {
    this.#handler = handler;
  }

  send(bytes: Uint8Array, port: number, address: string): void {
    if (this.#open) this.network.send(this.#key, this.address, this.port, `${address}:${port}`, bytes);
  }

  deliver(bytes: Uint8Array, address: string, port: number): void {
    if (this.#open) this.#handler?.(bytes, address, port);
  }

  close(): void {
    this.#open = false;
    this.onClose();
  }
}
