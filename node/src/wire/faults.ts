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

/** What became of the datagrams that a fault is about. */
export interface DatagramEffects {
  /** That reached a node which hears badly. */
  heard: number;
  /** Kept from the node: because it is deaf to the sender, or lost on the way. */
  dropped: number;
  delayed: number;
  /** Sum of the delays as they were, by the clock. Milliseconds. */
  delayMs: number;
  duplicated: number;
  /** Of these and of those that were changed, each copy counts. */
  reordered: number;
  corrupted: number;
}

export function noDatagramEffects(): DatagramEffects {
  return { heard: 0, dropped: 0, delayed: 0, delayMs: 0, duplicated: 0, reordered: 0, corrupted: 0 };
}

/** What one fault does to what a node hears. */
export interface FaultRule {
  /** Places, `address:port`, of which nothing is heard. */
  deafTo?: ReadonlySet<string>;
  degradation?: Degradation;
}

interface ActiveRule extends FaultRule {
  bucket: RateLimit | undefined;
  effects: DatagramEffects;
}

type Deliver = (bytes: Uint8Array) => void;

/** The faults of one node, in all of its lives: what it does not hear, and what it hears late, twice or spoilt. */
export class NodeFaults {
  readonly #clock: Clock;
  readonly #random: RandomSource;
  /** By the id of the fault. */
  readonly #rules = new Map<string, ActiveRule>();
  /** The same in a list, made anew when one changes: datagrams on their way keep theirs. */
  #list: readonly ActiveRule[] = [];

  constructor({ clock, random }: { clock: Clock; random: RandomSource }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether nothing is wrong: then datagrams pass untouched. */
  get isClear(): boolean {
    return this.#list.length === 0;
  }

  /** Puts a rule in the place of the fault's former one, and goes on counting. */
  set(fault: string, rule: FaultRule): void {
    const rate = rule.degradation?.rate ?? null;
    const bucket = rate === null ? undefined : new RateLimit(rate, this.#clock);
    this.#rules.set(fault, { ...rule, bucket, effects: this.effects(fault) ?? noDatagramEffects() });
    this.#list = [...this.#rules.values()];
  }

  lift(fault: string): void {
    if (this.#rules.delete(fault)) this.#list = [...this.#rules.values()];
  }

  /** What a fault has done to the node; undefined when it is not on. */
  effects(fault: string): DatagramEffects | undefined {
    return this.#rules.get(fault)?.effects;
  }

  /** Passes a datagram on, as far as the faults let it. */
  pass(bytes: Uint8Array, address: string, port: number, deliver: Deliver): void {
    const from = `${address}:${port}`;
    const rules = this.#list;
    const deaf = rules.find((rule) => rule.deafTo?.has(from));
    if (deaf) {
      deaf.effects.heard++;
      deaf.effects.dropped++;
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
    const { degradation, bucket, effects } = rule;
    effects.heard++;
    if (!degradation) {
      next(bytes);
      return;
    }
    if (this.#happens(degradation.loss) || bucket?.isEmpty()) {
      effects.dropped++;
      return;
    }
    const copies = this.#happens(degradation.duplication) ? 2 : 1;
    if (copies === 2) effects.duplicated++;
    for (let copy = 0; copy < copies; copy++)
      this.#later(rule, degradation, () => next(this.#spoil(bytes, degradation, effects)));
  }

  #later({ effects }: ActiveRule, degradation: Degradation, deliver: () => void): void {
    const delayMs = this.#delayMs(degradation, effects);
    if (delayMs <= 0) {
      deliver();
      return;
    }
    const arrivedAtMs = this.#clock.now();
    this.#clock.setTimeout(() => {
      effects.delayed++;
      effects.delayMs += this.#clock.now() - arrivedAtMs;
      deliver();
    }, delayMs);
  }

  #delayMs(
    { latencyMs, jitterMs, reordering, reorderDelayMs }: Degradation,
    effects: DatagramEffects,
  ): number {
    const jitter = jitterMs > 0 ? this.#random.float() * jitterMs : 0;
    if (!this.#happens(reordering)) return latencyMs + jitter;
    effects.reordered++;
    return latencyMs + jitter + reorderDelayMs;
  }

  /** @returns the same bytes, or a copy in which one is another */
  #spoil(bytes: Uint8Array, { corruption }: Degradation, effects: DatagramEffects): Uint8Array {
    if (bytes.length === 0 || !this.#happens(corruption)) return bytes;
    effects.corrupted++;
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
