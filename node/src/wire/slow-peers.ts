import { RoundTripEstimator } from './round-trip.js';

/** Peers at most; the one noted longest ago is forgotten for a new one. */
const MAX_PEERS = 256;

interface Address {
  readonly address: string;
  readonly port: number;
}

/** Round trips of the peers that answer later than the others do, so that they are waited for and not taken for dead. */
export class SlowPeers {
  readonly #byAddress = new Map<string, RoundTripEstimator>();

  /** @param ceilingMs no wait exceeds this */
  constructor(readonly ceilingMs: () => number) {}

  /** How long to wait for a peer; 0 = it is none of the slow ones. Milliseconds. */
  waitMs(peer: Address): number {
    if (this.#byAddress.size === 0) return 0;
    return this.#byAddress.get(keyOf(peer))?.waitMs ?? 0;
  }

  /** A peer answered when it had been given up. */
  add(peer: Address, roundTripMs: number): void {
    if (this.sample(peer, roundTripMs)) return;
    for (const oldest of this.#byAddress.keys()) {
      if (this.#byAddress.size < MAX_PEERS) break;
      this.#byAddress.delete(oldest);
    }
    const estimator = new RoundTripEstimator(this.ceilingMs());
    estimator.sample(roundTripMs);
    this.#byAddress.set(keyOf(peer), estimator);
  }

  /**
   * A peer answered.
   *
   * @param usualMs wait for the others; a peer that needs no more is slow no longer
   * @returns whether it is one of the slow ones: its round trip says nothing of the others
   */
  sample(peer: Address, roundTripMs: number, usualMs = 0): boolean {
    if (this.#byAddress.size === 0) return false;
    const key = keyOf(peer);
    const estimator = this.#byAddress.get(key);
    if (!estimator) return false;
    estimator.sample(roundTripMs);
    if (estimator.waitMs < usualMs) this.#byAddress.delete(key);
    return true;
  }
}

function keyOf({ address, port }: Address): string {
  return `${address}:${port}`;
}
