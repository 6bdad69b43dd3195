/** Bytes that a place gets in answers before anything was answered from there: at once, and more each second. */
export const BURST_BYTES = 32 * 1024;
export const BYTES_A_SECOND = 8 * 1024;
/** After so many it is pinged: whoever is there answers, and the budget ends. */
const PROVE_AFTER_BYTES = 4 * 1024;
/** A place is pinged no more often. */
const PING_EVERY_MS = 1000;
/** A proof holds for so long without a place in a routing table. */
const PROOF_MS = 600_000;
/** Places at most; the one that asked first is forgotten. */
const MAX_ADDRESSES = 4096;

interface Asker {
  /** Bytes that it may still get. */
  left: number;
  atMs: number;
  pingedAtMs: number;
  provenAtMs: number;
}

export interface Verdict {
  isAnswered: boolean;
  /** It must be pinged. */
  isPinged: boolean;
}

/**
 * What may be sent to places of which nothing is known: whoever asks may not be there, but have put the address of a
 * victim into the datagram.
 *
 * Shared by the nodes of a process, so that many nodes are not worse than one.
 */
export class UnprovenBudget {
  readonly #askers = new Map<string, Asker>();

  /** Takes the bytes of an answer. @param place `address:port` */
  take(place: string, bytes: number, nowMs: number): Verdict {
    const asker = this.#asker(place, nowMs);
    if (nowMs - asker.provenAtMs < PROOF_MS) return { isAnswered: true, isPinged: false };
    const since = nowMs - asker.atMs;
    asker.left = Math.min(BURST_BYTES, asker.left + (since / 1000) * BYTES_A_SECOND);
    asker.atMs = nowMs;
    const mustProve = BURST_BYTES - asker.left + bytes > PROVE_AFTER_BYTES;
    const isPinged = mustProve && nowMs - asker.pingedAtMs >= PING_EVERY_MS;
    if (isPinged) asker.pingedAtMs = nowMs;
    const isAnswered = asker.left >= bytes;
    if (isAnswered) asker.left -= bytes;
    return { isAnswered, isPinged };
  }

  /** Something was answered from there. */
  prove(place: string, nowMs: number): void {
    this.#asker(place, nowMs).provenAtMs = nowMs;
  }

  #asker(place: string, nowMs: number): Asker {
    const known = this.#askers.get(place);
    if (known) return known;
    if (this.#askers.size >= MAX_ADDRESSES) {
      const [oldest = ''] = this.#askers.keys();
      this.#askers.delete(oldest);
    }
    const asker = {
      left: BURST_BYTES,
      atMs: nowMs,
      pingedAtMs: Number.NEGATIVE_INFINITY,
      provenAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#askers.set(place, asker);
    return asker;
  }
}
