/** What is sent in answers before anything was answered: bytes at once, and more each second. */
interface Budget {
  burst: number;
  aSecond: number;
  /** It is pinged no more often. */
  pingEveryMs: number;
}

/** For each port of an address, and for all ports of it together. */
export const portBudget: Readonly<Budget> = {
  burst: 32 * 1024,
  aSecond: 8 * 1024,
  pingEveryMs: 1000,
};
export const addressBudget: Readonly<Budget> = {
  burst: 128 * 1024,
  aSecond: 32 * 1024,
  pingEveryMs: 20,
};
/** After so many bytes a place is pinged: whoever is there answers, and the budget ends. */
const PROVE_AFTER_BYTES = 4 * 1024;
/** A proof holds for so long without a place in a routing table. */
const PROOF_MS = 600_000;
/** Askers that are remembered at most; the one that came first is forgotten. */
const MAX_ASKERS = 4096;

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
  readonly #ports = new Askers(portBudget);
  readonly #addresses = new Askers(addressBudget);

  /** Takes the bytes of an answer. */
  take(address: string, port: number, bytes: number, nowMs: number): Verdict {
    const asker = this.#ports.get(`${address}:${port}`, nowMs);
    if (asker.isProven(nowMs)) return { isAnswered: true, isPinged: false };
    const all = this.#addresses.get(address, nowMs);
    const isOpen = all.isProven(nowMs);
    const isPinged = asker.isDue(bytes, nowMs) && (isOpen || all.isDue(bytes, nowMs));
    const isAnswered = asker.has(bytes) && (isOpen || all.has(bytes));
    if (isAnswered) {
      asker.take(bytes);
      if (!isOpen) all.take(bytes);
    }
    return { isAnswered, isPinged };
  }

  /** Something was answered from there. */
  prove(address: string, port: number, nowMs: number): void {
    this.#ports.get(`${address}:${port}`, nowMs).provenAtMs = nowMs;
    this.#addresses.get(address, nowMs).provenAtMs = nowMs;
  }
}

class Askers {
  readonly #budget: Budget;
  readonly #byPlace = new Map<string, Asker>();
  /** Whether somebody had to be forgotten: a place that is not known may have been there before. */
  #hasForgotten = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get(place: string, nowMs: number): Asker {
    let asker = this.#byPlace.get(place);
    if (!asker) {
      asker = new Asker(this.#budget, this.#hasForgotten ? PROVE_AFTER_BYTES : this.#budget.burst, nowMs);
      this.#byPlace.set(place, asker);
      if (this.#byPlace.size > MAX_ASKERS) this.#forgetFirst();
    }
    asker.fill(nowMs);
    return asker;
  }

  #forgetFirst(): void {
    this.#hasForgotten = true;
    const [first = ''] = this.#byPlace.keys();
    this.#byPlace.delete(first);
  }
}

class Asker {
  readonly #budget: Budget;
  /** Bytes that it may still get. */
  #left: number;
  #filledAtMs: number;
  #pingedAtMs = Number.NEGATIVE_INFINITY;
  provenAtMs = Number.NEGATIVE_INFINITY;

  constructor(budget: Budget, left: number, nowMs: number) {
    this.#budget = budget;
    this.#left = left;
    this.#filledAtMs = nowMs;
  }

  isProven(nowMs: number): boolean {
    return nowMs - this.provenAtMs < PROOF_MS;
  }

  fill(nowMs: number): void {
    const { burst, aSecond } = this.#budget;
    this.#left = Math.min(burst, this.#left + ((nowMs - this.#filledAtMs) / 1000) * aSecond);
    this.#filledAtMs = nowMs;
  }

  has(bytes: number): boolean {
    return this.#left >= bytes;
  }

  take(bytes: number): void {
    this.#left -= bytes;
  }

  /** Whether it must be pinged, now that it gets more; counts as pinged then. */
  isDue(bytes: number, nowMs: number): boolean {
    if (this.#budget.burst - this.#left + bytes <= PROVE_AFTER_BYTES) return false;
    if (nowMs - this.#pingedAtMs < this.#budget.pingEveryMs) return false;
    this.#pingedAtMs = nowMs;
    return true;
  }
}
