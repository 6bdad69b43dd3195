import type { NodeState } from '../../src/control/api.js';
import type { NodeLives } from '../../src/host/faults/outages.js';
import type { Clock } from '../../src/kademlia/components.js';

/** Nodes that only live and die, on a virtual clock. */
export class VirtualLives implements NodeLives {
  readonly #lives = new Map<string, { state: NodeState }>();
  readonly #clock: Clock;
  /** What happened to whom. */
  readonly log: { atMs: number; name: string; what: 'crash' | 'restart' }[] = [];
  /** How long a restart takes. Milliseconds. */
  restartMs = 0;

  constructor(clock: Clock, names: readonly string[]) {
    this.#clock = clock;
    for (const name of names) this.#lives.set(name, { state: 'joined' });
  }

  get down(): string[] {
    return [...this.#lives].filter(([, { state }]) => state === 'left').map(([name]) => name);
  }

  lifeOf(name: string): { state: NodeState } | undefined {
    return this.#lives.get(name);
  }

  crash(name: string): void {
    const life = this.#lives.get(name);
    if (life) life.state = 'left';
    this.#note(name, 'crash');
  }

  async restart(names: readonly string[]): Promise<void> {
    if (this.restartMs > 0)
      await new Promise<void>((resolve) => this.#clock.setTimeout(resolve, this.restartMs));
    for (const name of names) {
      this.#lives.set(name, { state: 'joined' });
      this.#note(name, 'restart');
    }
  }

  times(name: string): string[] {
    return this.log.filter((entry) => entry.name === name).map(({ what }) => what);
  }

  #note(name: string, what: 'crash' | 'restart'): void {
    this.log.push({ atMs: this.#clock.now(), name, what });
  }
}
