import type { FaultEffects, HostFault } from '../../control/faults-api.js';
import type { FaultPart } from './fault-part.js';
import type { Outages } from './outages.js';

/** Nodes crash, and come back when the fault is lifted, those apart that are to stay away. */
export class Down implements FaultPart {
  readonly #outages: Outages;
  /** Of each fault its nodes, and whether they stay away. */
  readonly #nodes = new Map<string, Map<string, boolean>>();

  constructor(outages: Outages) {
    this.#outages = outages;
  }

  async set({ id, rules }: HostFault): Promise<void> {
    const hit = Object.entries(rules).flatMap(([name, { down }]): [string, boolean][] =>
      down ? [[name, down.keep]] : [],
    );
    const nodes = new Map(hit);
    const spared = [...(this.#nodes.get(id) ?? [])].filter(([name]) => !nodes.has(name));
    this.#nodes.set(id, nodes);
    for (const name of nodes.keys()) this.#outages.begin(holderOf(id), name);
    await this.#letGo(id, spared);
  }

  async lift(id: string): Promise<void> {
    const nodes = this.#nodes.get(id);
    this.#nodes.delete(id);
    await this.#letGo(id, nodes ?? []);
    if (!this.#nodes.has(id)) this.#outages.forget(holderOf(id));
  }

  effects(id: string): Partial<FaultEffects> {
    const holder = holderOf(id);
    return { ...this.#outages.counts(holder), down: this.#outages.heldBy(holder).length };
  }

  async #letGo(id: string, nodes: Iterable<[string, boolean]>): Promise<void> {
    const all = [...nodes];
    const names = (kept: boolean) => all.filter(([, keep]) => keep === kept).map(([name]) => name);
    await Promise.all([
      this.#outages.end(holderOf(id), names(true), { keep: true }),
      this.#outages.end(holderOf(id), names(false)),
    ]);
  }
}

function holderOf(id: string): string {
  return `down ${id}`;
}
