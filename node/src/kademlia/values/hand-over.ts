import type { Contact } from '../contact.js';
import { pause } from '../pause.js';
import { dueAt } from './receivers.js';
import type { StoredValue } from './storage.js';
import type { ValueNode } from './value-node.js';

/** Newcomers that wait at most. */
const MAX_WAITING = 256;
/** Bytes that a node gives to newcomers in a second. */
const BYTES_A_SECOND = 512 * 1024;
/** Values on their way to one newcomer at a time. */
const AT_A_TIME = 4;

/**
 * Gives newcomers the values that they should hold.
 *
 * One after the other, no more than so many bytes a second, and only at an address from which something was answered:
 * anybody can send one datagram in the name of somebody else. A newcomer that leaves a value unanswered gets no more.
 */
export class HandOver {
  readonly #node: ValueNode;
  readonly #give: (newcomer: Contact, value: StoredValue) => Promise<boolean>;
  readonly #waiting = new Set<Contact>();
  #isBusy = false;

  /** @param give returns whether the newcomer answered */
  constructor(node: ValueNode, give: (newcomer: Contact, value: StoredValue) => Promise<boolean>) {
    this.#node = node;
    this.#give = give;
  }

  add(newcomer: Contact): void {
    if (this.#node.storage.size === 0 || this.#waiting.size >= MAX_WAITING) return;
    this.#waiting.add(newcomer);
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      for (const newcomer of this.#waiting) {
        this.#waiting.delete(newcomer);
        if (this.#node.closed) break;
        const values = dueAt(this.#node, newcomer);
        if (values.length > 0 && (await this.#answers(newcomer))) await this.#giveAll(newcomer, values);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  async #answers(newcomer: Contact): Promise<boolean> {
    return newcomer.proven || (await this.#node.ping(newcomer)) !== undefined;
  }

  async #giveAll(newcomer: Contact, values: readonly StoredValue[]): Promise<void> {
    const { clock } = this.#node.parts;
    for (let i = 0; i < values.length && !this.#node.closed; i += AT_A_TIME) {
      const some = values.slice(i, i + AT_A_TIME);
      const answered = await Promise.all(some.map((value) => this.#give(newcomer, value)));
      if (answered.includes(false)) return;
      const bytes = some.reduce((sum, value) => sum + value.bytes.length, 0);
      if (i + AT_A_TIME < values.length) await pause(clock, (bytes / BYTES_A_SECOND) * 1000);
    }
  }
}
