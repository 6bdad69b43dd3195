/**
 * Node-seconds answered since joined, of all node-seconds since joined.
 *
 * Time is accounted at each report: the nodes that were joined answered up to it. A host that is lost
 * answered up to its last report and no longer.
 */
export class Uptime {
  #missed = 0;
  #all = 0;

  /** Adds an interval. @param due nodes that should answer (they had joined once), @param answered those that did */
  add(seconds: number, answered: number, due: number): void {
    this.#missed += seconds * (due - answered);
    this.#all += seconds * due;
  }

  /** Sum of this and another account. */
  plus(seconds: number, answered: number, due: number): Uptime {
    const sum = new Uptime();
    sum.#missed = this.#missed;
    sum.#all = this.#all;
    sum.add(seconds, answered, due);
    return sum;
  }

  /** 100 before anything joined. */
  get percent(): number {
    return this.#all === 0 ? 100 : 100 - (100 * this.#missed) / this.#all;
  }
}
