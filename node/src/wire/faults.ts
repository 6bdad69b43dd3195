import type { Clock, RandomSource } from '../kademlia/components.js';

/** How datagrams on their way to a node are spoilt. Shares are 0-1, each datagram on its own. */
export interface Degradation {
  /** Added to every datagram. Milliseconds. */
  latencyMs: number;
  /** Added besides, evenly spread over 0 … this. Milliseconds. */
  jitterMs: number;
  loss: number;
  duplication: number;
  /** Share of datagrams that are held back by `reorderDelayMs`, so that later ones overtake them. */
  reordering: number;
  reorderDelayMs: number;
  /** Share of datagrams in which a byte is changed. */
  corruption: number;
  /** Datagrams a second that get through; the others are lost. Null = as many as come. */
  rate: number | null;
}

export const noDegradation: Degradation = {
  latencyMs: 0,
  jitterMs: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderDelayMs: 10,
  corruption: 0,
  rate: null,
};

/** What one fault does to what a node hears. */
export interface FaultRule {
  /** Places, `address:port`, of which nothing is heard. */
  deafTo?: ReadonlySet<string>;
  degradation?: Degradation;
}

interface ActiveRule extends FaultRule {
  bucket: RateLimit | undefined;
}

type Deliver = (bytes: Uint8Array) => void;

/** The faults of one node, in all of its lives: what it does not hear, and what it hears late, twice or spoilt. */
export class NodeFaults {
  readonly #clock: Clock;
  readonly #random: RandomSource;
  /** By the id of the fault. */
  readonly #rules = new Map<string, ActiveRule>();
  /** Datagrams that were kept from the node, or lost on the way to it. */
  dropped = 0;

  constructor({ clock, random }: { clock: Clock; random: RandomSource }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether nothing is wrong: then datagrams pass untouched. */
  get isClear(): boolean {
    return this.#rules.size === 0;
  }

  set(fault: string, rule: FaultRule): void {
    const rate = rule.degradation?.rate ?? null;
    this.#rules.set(fault, { ...rule, bucket: rate === null ? undefined : new RateLimit(rate, this.#clock) });
  }

  lift(fault: string): void {
    this.#rules.delete(fault);
  }

  /** Passes a datagram on, as far as the faults let it. */
  pass(bytes: Uint8Array, address: string, port: number, deliver: Deliver): void {
    const from = `${address}:${port}`;
    const rules = [...this.#rules.values()];
    if (rules.some((rule) => rule.deafTo?.has(from))) {
      this.dropped++;
      return;
    }
    this.#through(rules, 0, bytes, deliver);
  }

  /** One rule after the other: what one delays or doubles meets the next one. */
  #through(rules: readonly ActiveRule[], index: number, bytes: Uint8Array, deliver: Deliver): void {
    const rule = rules[index];
    if (!rule) {
      deliver(bytes);
      return;
    }
    const next = (passed: Uint8Array) => this.#through(rules, index + 1, passed, deliver);
    const { degradation, bucket } = rule;
    if (!degradation) {
      next(bytes);
      return;
    }
    if (this.#happens(degradation.loss) || bucket?.isEmpty()) {
      this.dropped++;
      return;
    }
    const copies = this.#happens(degradation.duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++)
      this.#later(this.#delayMs(degradation), () => next(this.#spoil(bytes, degradation)));
  }

  #later(delayMs: number, deliver: () => void): void {
    if (delayMs > 0) this.#clock.setTimeout(deliver, delayMs);
    else deliver();
  }

  #delayMs({ latencyMs, jitterMs, reordering, reorderDelayMs }: Degradation): number {
    const jitter = jitterMs > 0 ? this.#random.float() * jitterMs : 0;
    return latencyMs + jitter + (this.#happens(reordering) ? reorderDelayMs : 0);
  }

  /** @returns the same bytes, or a copy in which one is another */
  #spoil(bytes: Uint8Array, { corruption }: Degradation): Uint8Array {
    if (bytes.length === 0 || !this.#happens(corruption)) return bytes;
    const spoilt = bytes.slice();
    const index = Math.floor(this.#random.float() * bytes.length);
    spoilt[index] = (bytes[index] as number) ^ (1 + Math.floor(this.#random.float() * 255));
    return spoilt;
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random.float() < share;
  }
}

/** Lets so many pass in a second, and a tenth of a second's worth at once. */
class RateLimit {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #most: number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#perMs = perSecond / 1000;
    this.#most = Math.max(1, perSecond / 10);
    this.#tokens = this.#most;
    this.#atMs = clock.now();
  }

  /** Takes one, if there is one. */
  isEmpty(): boolean {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#most, this.#tokens + (now - this.#atMs) * this.#perMs);
    this.#atMs = now;
    if (this.#tokens < 1) return true;
    this.#tokens--;
    return false;
  }
}
