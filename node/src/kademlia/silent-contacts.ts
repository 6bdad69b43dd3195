import type { Clock } from './components.js';
import type { Contact } from './contact.js';

/** How long a contact that stayed silent is not asked again. Milliseconds; short, so that one that comes back is soon found. */
const MEMORY_MS = 10_000;
/** Contacts at most; the oldest is forgotten for a new one. */
const MAX_CONTACTS = 512;

/** Contacts that have just left a request unanswered, so that no lookup waits for them again. */
export class SilentContacts {
  readonly #clock: Clock;
  /** By the first word of the id; oldest first. */
  readonly #byWord = new Map<number, { contact: Contact; atMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(contact: Contact): void {
    const word = contact.id.w0;
    this.#byWord.delete(word);
    if (this.#byWord.size >= MAX_CONTACTS) {
      for (const oldest of this.#byWord.keys()) {
        this.#byWord.delete(oldest);
        break;
      }
    }
    this.#byWord.set(word, { contact, atMs: this.#clock.now() });
  }

  /** It was heard from. */
  delete(contact: Contact): void {
    if (this.#byWord.size > 0) this.#byWord.delete(contact.id.w0);
  }

  has(contact: Contact): boolean {
    if (this.#byWord.size === 0) return false;
    const found = this.#byWord.get(contact.id.w0);
    if (!found?.contact.same(contact)) return false;
    if (this.#clock.now() - found.atMs < MEMORY_MS) return true;
    this.#byWord.delete(contact.id.w0);
    return false;
  }
}
