import type { Clock, Timer } from './components.js';
import type { Contact } from './contact.js';

/** Pings of one node to doubtful contacts at a time. */
const MAX_AT_A_TIME = 4;
/** Doubtful contacts at most; more than a table holds is never needed. */
const MAX_DOUBTFUL = 1024;
/**
 * Pauses between the pings after which a silent contact counts as dead. A process that was not
 * scheduled for a second is not dead, and to forget it would make it invisible.
 */
const PAUSES_MS = [1000, 3000];

/** Pings doubtful contacts, a few at a time, and says which of them stayed silent. */
export class Verifier {
  readonly #doubtful = new Set<string>();
  readonly #ready: { contact: Contact; pings: number }[] = [];
  readonly #timers = new Set<Timer>();
  #active = 0;

  /**
   * @param ping whether the contact answers
   * @param onDead told of each that did not, in all its pings
   */
  constructor(
    readonly clock: Clock,
    readonly ping: (contact: Contact) => Promise<boolean>,
    readonly onDead: (contact: Contact) => void,
  ) {}

  verify(contact: Contact): void {
    const key = contact.id.hex;
    if (this.#doubtful.has(key) || this.#doubtful.size >= MAX_DOUBTFUL) return;
    this.#doubtful.add(key);
    this.#ready.push({ contact, pings: 0 });
    this.#next();
  }

  /** Gives up all that it has begun. */
  clear(): void {
    for (const timer of this.#timers) this.clock.clearTimeout(timer);
    this.#timers.clear();
    this.#ready.length = 0;
    this.#doubtful.clear();
  }

  #next(): void {
    if (this.#active >= MAX_AT_A_TIME) return;
    const next = this.#ready.shift();
    if (!next) return;
    this.#active++;
    void this.ping(next.contact).then((alive) => {
      this.#active--;
      this.#judge(next.contact, next.pings + 1, alive);
      this.#next();
    });
  }

  #judge(contact: Contact, pings: number, alive: boolean): void {
    const pauseMs = PAUSES_MS[pings - 1];
    if (!alive && pauseMs !== undefined) {
      const timer = this.clock.setTimeout(() => {
        this.#timers.delete(timer);
        this.#ready.push({ contact, pings });
        this.#next();
      }, pauseMs);
      this.#timers.add(timer);
      return;
    }
    this.#doubtful.delete(contact.id.hex);
    if (!alive) this.onDead(contact);
  }
}
