import type { Contact } from './contact.js';

/** Pings of one node to doubtful contacts at a time. */
const MAX_AT_A_TIME = 4;
/** Doubtful contacts that wait for their ping at most; more than a table holds is never needed. */
const MAX_WAITING = 1024;

/** Pings doubtful contacts, a few at a time and each once, and says which did not answer. */
export class Verifier {
  readonly #waiting = new Map<string, Contact>();
  #active = 0;

  /**
   * @param ping whether the contact answers
   * @param onDead told of each that did not
   */
  constructor(
    readonly ping: (contact: Contact) => Promise<boolean>,
    readonly onDead: (contact: Contact) => void,
  ) {}

  verify(contact: Contact): void {
    const key = contact.id.hex;
    if (this.#waiting.has(key) || this.#waiting.size >= MAX_WAITING) return;
    this.#waiting.set(key, contact);
    this.#next();
  }

  clear(): void {
    this.#waiting.clear();
  }

  #next(): void {
    if (this.#active >= MAX_AT_A_TIME) return;
    const first = this.#waiting.entries().next();
    if (first.done) return;
    const [key, contact] = first.value;
    this.#waiting.delete(key);
    this.#active++;
    void this.ping(contact).then((alive) => {
      this.#active--;
      if (!alive) this.onDead(contact);
      this.#next();
    });
  }
}
