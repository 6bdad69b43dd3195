import type { FaultEffects, HostFault } from '../../control/faults-api.js';
import type { Clock, RandomSource } from '../../kademlia/components.js';
import { type FaultRule, NodeFaults } from '../../wire/faults.js';
import { sumOfEffects } from './effects.js';
import type { FaultPart } from './fault-part.js';

/**
 * What the nodes of a process do not hear, or hear badly.
 *
 * It is kept by the names of nodes: one that is started anew, or only now, has what is meant for it.
 */
export class Hearing implements FaultPart {
  readonly #components: { clock: Clock; random: RandomSource };
  readonly #nodes = new Map<string, NodeFaults>();

  constructor(components: { clock: Clock; random: RandomSource }) {
    this.#components = components;
  }

  /** That of a node. */
  of(name: string): NodeFaults {
    let faults = this.#nodes.get(name);
    if (!faults) {
      faults = new NodeFaults(this.#components);
      this.#nodes.set(name, faults);
    }
    return faults;
  }

  set({ id, places, rules }: HostFault): void {
    const sets = places.map((list) => new Set(list));
    const hit = new Map<string, FaultRule>();
    for (const [name, { deafTo = [], degradation }] of Object.entries(rules)) {
      if (deafTo.length === 0 && !degradation) continue;
      hit.set(name, {
        ...(deafTo.length > 0 && { deafTo: union(deafTo.map((index) => sets[index] ?? new Set())) }),
        ...(degradation && { degradation }),
      });
    }
    for (const [name, faults] of this.#nodes) if (!hit.has(name)) faults.lift(id);
    for (const [name, rule] of hit) this.of(name).set(id, rule);
  }

  lift(id: string): void {
    for (const faults of this.#nodes.values()) faults.lift(id);
  }

  effects(id: string): Partial<FaultEffects> {
    return sumOfEffects([...this.#nodes.values()].map((faults) => faults.effects(id) ?? {}));
  }
}

/** One that is shared by many nodes is not copied. */
function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  if (sets.length === 1) return sets[0] as ReadonlySet<string>;
  return new Set(sets.flatMap((set) => [...set]));
}
