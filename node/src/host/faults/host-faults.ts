import type { FaultEffects, HostFault } from '../../control/faults-api.js';
import type { Clock, RandomSource } from '../../kademlia/components.js';
import type { NodeFaults } from '../../wire/faults.js';
import { sumOfEffects } from './effects.js';
import type { FaultPart } from './fault-part.js';
import { Hearing } from './hearing.js';

export interface HostFaultsInit {
  clock: Clock;
  random: RandomSource;
  /** What faults do besides spoiling what nodes hear; undone in this order. */
  parts?: readonly FaultPart[];
}

/** The faults of one process, each with a time after which it is lifted, come what may. */
export class HostFaults {
  readonly #clock: Clock;
  readonly #hearing: Hearing;
  readonly #parts: readonly FaultPart[];
  /** Timers that lift a fault, by its id. */
  readonly #timers = new Map<string, unknown>();

  constructor({ clock, random, parts = [] }: HostFaultsInit) {
    this.#clock = clock;
    this.#hearing = new Hearing({ clock, random });
    this.#parts = [this.#hearing, ...parts];
  }

  /** What a node does not hear, or hears badly. */
  of(name: string): NodeFaults {
    return this.#hearing.of(name);
  }

  /** Puts a fault in the place of the one of that id. @returns when it is on */
  async set(fault: HostFault): Promise<void> {
    const { id, ttlMs } = fault;
    if (this.#timers.has(id)) this.#clock.clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      this.#clock.setTimeout(() => void this.lift(id), ttlMs),
    );
    await Promise.all(this.#parts.map((part) => part.set(fault)));
  }

  /** Lifts a fault; one that is not there is lifted already. @returns when all is undone that can be */
  async lift(id: string): Promise<void> {
    const timer = this.#timers.get(id);
    if (timer === undefined) return;
    this.#clock.clearTimeout(timer);
    this.#timers.delete(id);
    await Promise.all(this.#parts.map((part) => part.lift(id)));
  }

  async liftAll(): Promise<void> {
    await Promise.all([...this.#timers.keys()].map((id) => this.lift(id)));
  }

  /** What a fault has done so far; undefined when it is not on. */
  effects(id: string): FaultEffects | undefined {
    if (!this.#timers.has(id)) return undefined;
    return sumOfEffects(this.#parts.map((part) => part.effects(id)));
  }
}
