import { isDeepStrictEqual } from 'node:util';
import type { FaultEffects, HostFault, StressLoad } from '../../control/faults-api.js';
import type { Clock } from '../../kademlia/components.js';
import { Ballast } from './ballast.js';
import { Burner } from './burner.js';
import type { FaultPart } from './fault-part.js';

interface Strain {
  load: StressLoad;
  ballast: Ballast;
  burntSeconds: number;
}

/** The process is kept busy, as the most demanding of its faults says, and holds memory for each of them. */
export class Stress implements FaultPart {
  readonly #strains = new Map<string, Strain>();
  readonly #burner: Burner;

  constructor({ clock }: { clock: Clock }) {
    this.#burner = new Burner(clock, (cpuSeconds) => {
      for (const strain of this.#strains.values()) if (strain.load.cpu > 0) strain.burntSeconds += cpuSeconds;
    });
  }

  /** @returns at once; memory takes its time */
  set({ id, stress }: HostFault): void {
    const before = this.#strains.get(id);
    if (isDeepStrictEqual(before?.load, stress)) return;
    before?.ballast.drop();
    this.#strains.delete(id);
    if (stress) {
      const ballast = new Ballast();
      this.#strains.set(id, { load: stress, ballast, burntSeconds: before?.burntSeconds ?? 0 });
      void ballast.hold(stress.memoryBytes);
    }
    this.#burn();
  }

  lift(id: string): void {
    this.#strains.get(id)?.ballast.drop();
    if (this.#strains.delete(id)) this.#burn();
  }

  effects(id: string): Partial<FaultEffects> {
    const strain = this.#strains.get(id);
    return { burntSeconds: strain?.burntSeconds ?? 0, heldBytes: strain?.ballast.heldBytes ?? 0 };
  }

  #burn(): void {
    this.#burner.set(Math.max(0, ...[...this.#strains.values()].map(({ load }) => load.cpu)));
  }
}
