/** Entries among which the one to go is chosen: the oldest of those who have most. */
const CONSIDERED = 16;

/** What one value costs, and who sent it. */
export interface Charge {
  bytes: number;
  /** Address of the sender. */
  from: string;
  /** Leading bits that its key shares with the id of its node: the fewer, the farther. */
  nearness: number;
  /** Takes the value away. */
  evict: () => void;
}

interface Share {
  bytes: number;
  /** The oldest first. */
  charges: Set<Charge>;
}

/**
 * The memory that the values of one process may take.
 *
 * When it is full the sender of most of it loses first: of its oldest values the one that lies farthest from its node.
 * A value that would lie farther than all of these is refused. Shared by the nodes of a process.
 */
export class StorageBudget {
  readonly limitBytes: number;
  readonly #shares = new Map<string, Share>();
  #usedBytes = 0;
  #evicted = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Values that had to go for others since the process began. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Makes room for a value and counts it. @returns false when it is refused */
  add(charge: Charge): boolean {
    while (this.#usedBytes + charge.bytes > this.limitBytes) {
      const victim = this.#victim();
      if (!victim || victim.nearness > charge.nearness) return false;
      this.#evicted++;
      victim.evict();
      this.remove(victim);
    }
    const share = this.#shares.get(charge.from) ?? { bytes: 0, charges: new Set() };
    this.#shares.set(charge.from, share);
    share.charges.add(charge);
    share.bytes += charge.bytes;
    this.#usedBytes += charge.bytes;
    return true;
  }

  remove(charge: Charge): void {
    const share = this.#shares.get(charge.from);
    if (!share?.charges.delete(charge)) return;
    share.bytes -= charge.bytes;
    this.#usedBytes -= charge.bytes;
    if (share.charges.size === 0) this.#shares.delete(charge.from);
  }

  #victim(): Charge | undefined {
    let largest: Share | undefined;
    for (const share of this.#shares.values()) if (!largest || share.bytes > largest.bytes) largest = share;
    let farthest: Charge | undefined;
    let considered = 0;
    for (const charge of largest?.charges ?? []) {
      if (!farthest || charge.nearness < farthest.nearness) farthest = charge;
      if (++considered >= CONSIDERED) break;
    }
    return farthest;
  }
}
