import type { HostFault } from '../control/faults-api.js';
import type { Clock, RandomSource } from '../kademlia/components.js';
import { type FaultRule, NodeFaults } from '../wire/faults.js';

/**
 * The faults of the nodes of one process, each with a time after which it is lifted, come what may.
 *
 * They are kept by the names of nodes: one that is started anew, or only now, has those that are meant for it.
 */
export class HostFaults {
  readonly #components: { clock: Clock; random: RandomSource };
  readonly #nodes = new Map<string, NodeFaults>();
  /** Timers that lift a fault, by its id. */
  readonly #timers = new Map<string, unknown>();

  constructor(components: { clock: Clock; random: RandomSource }) {
    this.#components = components;
  }

  /** Those of a node. */
  of(name: string): NodeFaults {
    let faults = this.#nodes.get(name);
    if (!faults) {
      faults = new NodeFaults(this.#components);
      this.#nodes.set(name, faults);
    }
    return faults;
  }

  /** Puts a fault in the place of the one of that id. */
  set({ id, ttlMs, places, rules }: HostFault): void {
    this.lift(id);
    const sets = places.map((list) => new Set(list));
    for (const [name, { deafTo = [], degradation }] of Object.entries(rules)) {
      const rule: FaultRule = {
        ...(deafTo.length > 0 && { deafTo: union(deafTo.map((index) => sets[index] ?? new Set())) }),
        ...(degradation && { degradation }),
      };
      this.of(name).set(id, rule);
    }
    this.#timers.set(
      id,
      this.#components.clock.setTimeout(() => this.lift(id), ttlMs),
    );
  }

  /** Lifts a fault; one that is not there is lifted already. */
  lift(id: string): void {
    const timer = this.#timers.get(id);
    if (timer === undefined) return;
    this.#components.clock.clearTimeout(timer);
    this.#timers.delete(id);
    for (const faults of this.#nodes.values()) faults.lift(id);
  }

  liftAll(): void {
    for (const id of [...this.#timers.keys()]) this.lift(id);
  }
}

/** One that is shared by many nodes is not copied. */
function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  if (sets.length === 1) return sets[0] as ReadonlySet<string>;
  return new Set(sets.flatMap((set) => [...set]));
}
