import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type CoordinatorClient, CoordinatorError } from '@cqkd/harness';
import type { Side } from '../faults/fault-plan.js';
import type { Picture } from '../picture.js';
import { holdersOf } from '../selection/select.js';

const beforeCount = 40;
const sideCount = 5;
/** Looks at a value that is not there, and the pause between two of them. */
const readAttempts = 3;
const readAgainMs = 500;
const dropWithinMs = 10_000;

interface Kept {
  key: string;
  value: string;
}

/** Values that must outlive the fault: written before it, and on each side while it is on. */
export class KeptValues {
  readonly #client: CoordinatorClient;
  readonly #run = randomBytes(6).toString('hex');
  readonly #kept: Kept[] = [];

  constructor(client: CoordinatorClient) {
    this.#client = client;
  }

  async writeBefore(signal: AbortSignal): Promise<void> {
    for (let index = 0; index < beforeCount; index++) await this.#write(`before:${index}`, signal);
  }

  /** Writes by nodes of each side; what a side refuses to take is not kept. */
  async writeOnSides(sides: readonly Side[], signal: AbortSignal): Promise<void> {
    const writers = sides.flatMap(({ nodes, mute }, place) =>
      mute ? [] : nodes.slice(0, sideCount).map((by, index) => ({ by, name: `side ${place}:${index}` })),
    );
    await Promise.all(writers.map(({ by, name }) => this.#write(name, signal, by).catch(ignoreRefusal)));
  }

  /**
   * How many can't be read any more, by a node of each side that is left, or the coordinator's own.
   *
   * @param died names of nodes that lost all they held: a value all of whose holders are among them can't be there
   * @returns null when none could be there
   */
  async countLost(
    picture: Picture,
    died: ReadonlySet<string>,
    readers: readonly string[],
    signal: AbortSignal,
  ): Promise<number | null> {
    const due = this.#kept.filter(({ key }) => !holdersOf(picture, key).every(({ name }) => died.has(name)));
    if (due.length === 0) return null;
    let lost = 0;
    for (const kept of due) {
      const reads = await Promise.all([undefined, ...readers].map((by) => this.#isThere(kept, by, signal)));
      if (!reads.every(Boolean)) lost++;
    }
    return lost;
  }

  /** Takes them all back, whatever became of the network. */
  async drop(): Promise<void> {
    const signal = AbortSignal.timeout(dropWithinMs);
    await Promise.all(
      this.#kept.map(({ key }) => this.#client.deleteValue(key, signal, { min: 1 }).catch(() => {})),
    );
  }

  /** Once more when it is not there: a reader may just be busy. */
  async #isThere({ key, value }: Kept, by: string | undefined, signal: AbortSignal): Promise<boolean> {
    for (let attempt = 0; attempt < readAttempts; attempt++) {
      if (attempt > 0) await delay(readAgainMs, undefined, { signal });
      const read = await this.#client.getValue(key, signal, by).catch(ignoreRefusal);
      if (read === value) return true;
    }
    return false;
  }

  async #write(name: string, signal: AbortSignal, by?: string): Promise<void> {
    const key = `cqkd:chaos:${this.#run}:${name}`;
    const value = `value of ${key}`;
    // Where a network is split, few can take it: what counts is whether it is found again.
    await this.#client.putValue(key, value, signal, { by, min: 1 });
    this.#kept.push({ key, value });
  }
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof CoordinatorError) || error.status === null) throw error;
}
