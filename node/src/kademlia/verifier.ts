import type { Clock, Timer } from './components.js';
import type { Contact } from './contact.js';

/** Pings of one node to doubtful contacts at a time. */
const MAX_AT_A_TIME = 4;
/** Datagrams of one ping: it is repeated anyway; where datagrams get lost, more. */
const ATTEMPTS = 1;
const LOSSY_ATTEMPTS = 2;
/** Doubtful contacts at most; more than a table holds is never needed. */
const MAX_DOUBTFUL = 1024;
/**
 * Pauses after the pings of a silent contact; one that was not heard from in the last one either is dead. A
 * process that was not scheduled for a second is not, and to forget it would make it invisible. The last pause
 * is for answers that are slow.
 */
const PAUSES_MS = [1000, 3000, 2000];
/** Where datagrams get lost, a few lost ones in a row say less. */
const LOSSY_PAUSES_MS = [1000, 3000, 5000, 5000, 2000];

export interface VerifierInit {
  clock: Clock;
  /** Pings a contact, by so many datagrams, and marks it when it does not answer. */
  ping: (contact: Contact, attempts: number) => Promise<boolean>;
  /** Whether it has not been heard from since a ping failed. */
  isSilent: (contact: Contact) => boolean;
  isLossy: () => boolean;
  /** Told of each contact that did not answer a second ping either: it is hardly chance. */
  onSilent: (contact: Contact) => void;
  /** Told of each contact that stayed silent. */
  onDead: (contact: Contact) => void;
}

/** Pings doubtful contacts, a few at a time, and says which of them stayed silent. */
export class Verifier {
  readonly #init: VerifierInit;
  readonly #doubtful = new Set<string>();
  readonly #ready: { contact: Contact; pings: number }[] = [];
  readonly #timers = new Set<Timer>();
  #active = 0;

  constructor(init: VerifierInit) {
    this.#init = init;
  }

  verify(contact: Contact): void {
    const key = contact.id.hex;
    if (this.#doubtful.has(key) || this.#doubtful.size >= MAX_DOUBTFUL) return;
    this.#doubtful.add(key);
    this.#ready.push({ contact, pings: 0 });
    this.#next();
  }

  /** Gives up all that it has begun. */
  clear(): void {
    for (const timer of this.#timers) this.#init.clock.clearTimeout(timer);
    this.#timers.clear();
    this.#ready.length = 0;
    this.#doubtful.clear();
  }

  #next(): void {
    if (this.#active >= MAX_AT_A_TIME) return;
    const next = this.#ready.shift();
    if (!next) return;
    this.#active++;
    const attempts = this.#init.isLossy() ? LOSSY_ATTEMPTS : ATTEMPTS;
    void this.#init.ping(next.contact, attempts).then((alive) => {
      this.#active--;
      if (alive) this.#doubtful.delete(next.contact.id.hex);
      else this.#wait(next.contact, next.pings + 1);
      this.#next();
    });
  }

  #wait(contact: Contact, pings: number): void {
    if (!this.#doubtful.has(contact.id.hex)) return;
    const { clock, isLossy, onSilent } = this.#init;
    if (pings === 2) onSilent(contact);
    const pauses = isLossy() ? LOSSY_PAUSES_MS : PAUSES_MS;
    const pauseMs = pauses[Math.min(pings, pauses.length) - 1] as number;
    const timer = clock.setTimeout(() => {
      this.#timers.delete(timer);
      this.#judge(contact, pings, pings >= pauses.length);
    }, pauseMs);
    this.#timers.add(timer);
  }

  #judge(contact: Contact, pings: number, isLast: boolean): void {
    const { isSilent, onDead } = this.#init;
    const silent = isSilent(contact);
    if (silent && !isLast) {
      this.#ready.push({ contact, pings });
      this.#next();
      return;
    }
    this.#doubtful.delete(contact.id.hex);
    if (silent) onDead(contact);
  }
}
