import type { NodeState } from '../../control/api.js';

/** One life of a node; each restart begins another. */
export interface Life {
  readonly state: NodeState;
}

/** What faults do to the nodes of a host. */
export interface NodeLives {
  /** The latest life of a node; undefined when there is no such node. */
  lifeOf(name: string): Life | undefined;
  /** Ends it at once. */
  crash(name: string): void;
  /** Begins new ones. @returns when they are bound, or can't be */
  restart(names: readonly string[]): Promise<void>;
}

interface Outage {
  life: Life;
  /** On whose behalf the node is down. */
  holders: Set<string>;
  isEnding: boolean;
}

/** What was done on behalf of one holder. */
export interface OutageCounts {
  crashes: number;
  restarts: number;
}

/**
 * Nodes that are down on behalf of faults.
 *
 * A node that several faults hold down comes up with the last of them. One that was down before is none of theirs, and
 * one that somebody else has started anew meanwhile is so no longer.
 */
export class Outages {
  readonly #lives: NodeLives;
  readonly #outages = new Map<string, Outage>();
  readonly #counts = new Map<string, OutageCounts>();

  constructor(lives: NodeLives) {
    this.#lives = lives;
  }

  /** Takes a node down, or sees that it stays down. */
  begin(holder: string, name: string): void {
    const outage = this.#present(name);
    if (outage) {
      outage.holders.add(holder);
      return;
    }
    const life = this.#crash(name);
    if (!life) return;
    this.#outages.set(name, { life, holders: new Set([holder]), isEnding: false });
    this.#countsOf(holder).crashes++;
  }

  /**
   * Lets go of nodes; those that nobody else holds down are started anew, unless `keep` says that they stay down.
   *
   * @returns when they are bound, or can't be
   */
  async end(holder: string, names: Iterable<string>, { keep = false } = {}): Promise<void> {
    const ending: string[] = [];
    for (const name of names) {
      const outage = this.#present(name);
      if (!outage?.holders.delete(holder) || outage.holders.size > 0 || outage.isEnding) continue;
      if (keep) {
        this.#outages.delete(name);
        continue;
      }
      outage.isEnding = true;
      ending.push(name);
    }
    if (ending.length === 0) return;
    this.#countsOf(holder).restarts += ending.length;
    await this.#lives.restart(ending);
    for (const name of ending) this.#ended(name);
  }

  /** Nodes that are down on behalf of a holder. */
  heldBy(holder: string): string[] {
    return [...this.#outages.keys()].filter((name) => this.#present(name)?.holders.has(holder));
  }

  /** What was done on behalf of a holder since it began. */
  counts(holder: string): OutageCounts {
    return { ...(this.#counts.get(holder) ?? { crashes: 0, restarts: 0 }) };
  }

  /** Forgets what was counted. */
  forget(holder: string): void {
    this.#counts.delete(holder);
  }

  /** The node is up: taken down again when somebody has asked for it while it was started. */
  #ended(name: string): void {
    const outage = this.#outages.get(name);
    if (!outage) return;
    outage.isEnding = false;
    const life = outage.holders.size > 0 ? this.#crash(name) : undefined;
    if (!life) {
      this.#outages.delete(name);
      return;
    }
    outage.life = life;
    for (const holder of outage.holders) this.#countsOf(holder).crashes++;
  }

  /** @returns undefined when the node is up, or has been started anew by somebody else */
  #present(name: string): Outage | undefined {
    const outage = this.#outages.get(name);
    if (!outage || outage.isEnding || this.#lives.lifeOf(name) === outage.life) return outage;
    this.#outages.delete(name);
    return undefined;
  }

  /** @returns undefined when there is no such node, or it is down already */
  #crash(name: string): Life | undefined {
    const life = this.#lives.lifeOf(name);
    if (!life || life.state === 'left') return undefined;
    this.#lives.crash(name);
    return life;
  }

  #countsOf(holder: string): OutageCounts {
    let counts = this.#counts.get(holder);
    if (!counts) {
      counts = { crashes: 0, restarts: 0 };
      this.#counts.set(holder, counts);
    }
    return counts;
  }
}
