import type { Clock } from '../kademlia/components.js';

/** Contacts that fall silent within this time count together. Longer than two sweeps of a quiet node's checks. */
const WINDOW_MS = 60_000;
/**
 * Share of the contacts met in that time that must have fallen silent. Those that asked this node are met as
 * well, and they are all of its own side, so half of the network lost is well below a half here.
 */
const SILENT_SHARE = 0.2;
/** Silent contacts below which it may be chance. */
const FEWEST_SILENT = 5;
/** Lost contacts that must be back before the partition counts as healed, if so many were lost. */
const RETURNED = 3;
/** What did not come back for so long is not waited for any more. */
const PATIENCE_MS = 3_600_000;

export interface PartitionInit {
  clock: Clock;
  /** Contacts of the routing table that were heard from since then. */
  heardSince: (sinceMs: number) => number;
}

/** `met` = a lost contact is back, which may lead to the others; `healed` = enough of them are. */
export type Return = 'met' | 'healed';

/**
 * Tells a partition from ordinary churn, from what one node sees: a large share of its contacts falls
 * silent within a short time without saying goodbye, and later some of them are back.
 *
 * A death of as many nodes looks the same, and just never heals.
 */
export class PartitionWatch {
  readonly #clock: Clock;
  readonly #heardSince: PartitionInit['heardSince'];
  /** When contacts fell silent, by id; while a partition is suspected all that did since. */
  readonly #silent = new Map<string, number>();
  #goodbyes: number[] = [];
  #returned = 0;
  #suspectedAtMs: number | undefined;

  constructor({ clock, heardSince }: PartitionInit) {
    this.#clock = clock;
    this.#heardSince = heardSince;
  }

  get suspected(): boolean {
    return this.#suspectedAtMs !== undefined;
  }

  /** Contacts that are silent at present. */
  get lost(): number {
    return this.#silent.size;
  }

  /** Whether a contact fell silent within the last minute, so that to ask it again would be in vain. */
  fellSilentLately(id: string): boolean {
    return (this.#silent.get(id) ?? Number.NEGATIVE_INFINITY) > this.#clock.now() - WINDOW_MS;
  }

  /** A contact went out of the table for its silence. @returns whether that makes it a partition */
  fellSilent(id: string): boolean {
    const now = this.#clock.now();
    this.#forget(now);
    this.#silent.set(id, this.#silent.get(id) ?? now);
    if (this.suspected || this.#silent.size < FEWEST_SILENT) return false;
    const silent = this.#silent.size;
    // Nodes that are taken away on purpose say goodbye to those that they know; the others hear nothing.
    if (this.#goodbyes.length >= silent) return false;
    const met = silent + this.#heardSince(now - WINDOW_MS);
    if (silent < SILENT_SHARE * met) return false;
    this.#suspectedAtMs = now;
    this.#returned = 0;
    return true;
  }

  /** A contact left and said so. */
  saidGoodbye(id: string): void {
    const now = this.#clock.now();
    this.#forget(now);
    this.#silent.delete(id);
    this.#goodbyes.push(now);
  }

  /** A contact was heard from. @returns what it means for a partition that is suspected */
  heard(id: string): Return | undefined {
    if (this.#silent.size === 0) return undefined;
    this.#forget(this.#clock.now());
    if (!this.#silent.delete(id) || !this.suspected) return undefined;
    this.#returned++;
    if (this.#returned < RETURNED && this.#silent.size > 0) return 'met';
    this.#suspectedAtMs = undefined;
    this.#silent.clear();
    return 'healed';
  }

  #forget(nowMs: number): void {
    this.#goodbyes = this.#goodbyes.filter((atMs) => atMs > nowMs - WINDOW_MS);
    if (this.#suspectedAtMs !== undefined && nowMs - this.#suspectedAtMs > PATIENCE_MS) {
      this.#suspectedAtMs = undefined;
      this.#silent.clear();
    }
    if (this.suspected) return;
    for (const [id, atMs] of this.#silent) {
      if (atMs > nowMs - WINDOW_MS) break;
      this.#silent.delete(id);
    }
  }
}
