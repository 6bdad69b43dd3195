import type { Contact } from '../contact.js';
import type { NodeId } from '../id.js';
import type { LookupOptions } from '../node-init.js';
import { Copies } from './copies.js';
import { HandOver } from './hand-over.js';
import { readNewest } from './read.js';
import { forEachValue, receiversOf } from './receivers.js';
import { Settler } from './settler.js';
import { Spreader } from './spreader.js';
import { isMarker, type StoredValue } from './storage.js';
import type { GiveAwayOptions, ValueNode } from './value-node.js';
import type { Values } from './values.js';
import { Version } from './version.js';
import { checkSize, newCopy, place } from './write.js';

/** A holder that learned of a newer value sees to the others so much later at most. Milliseconds. */
const SPREAD_SOON_MS = 2000;

/** Values with versions: the newest wins, wherever two of one key meet. */
export class VersionedValues implements Values {
  readonly observer: Spreader;
  readonly #node: ValueNode;
  readonly #copies: Copies;
  readonly #spreader: Spreader;
  readonly #settler: Settler;
  readonly #handOver: HandOver;
  /** Writes of one key follow one another. */
  readonly #writing = new Map<string, Promise<number>>();

  constructor(node: ValueNode) {
    this.#node = node;
    this.#copies = new Copies(node);
    this.#spreader = new Spreader(node, this.#copies);
    this.observer = this.#spreader;
    this.#settler = new Settler(node, this.#copies, this.#spreader);
    this.#handOver = new HandOver(node, (newcomer, value) => this.#give(newcomer, value));
  }

  put(key: NodeId, bytes: Uint8Array): Promise<number> {
    const name = key.hex;
    const before = this.#writing.get(name) ?? Promise.resolve(0);
    const writing = before.catch(() => 0).then(() => this.#write(key, bytes));
    this.#writing.set(name, writing);
    const ended = () => {
      if (this.#writing.get(name) === writing) this.#writing.delete(name);
    };
    writing.then(ended, ended);
    return writing;
  }

  async #write(key: NodeId, bytes: Uint8Array): Promise<number> {
    checkSize(this.#node, key, bytes);
    const walk = await this.#node.findVersions(key);
    if (this.#node.closed) return 0;
    const copy = newCopy(this.#node, key, bytes, walk);
    this.#spreader.forget(key);
    const { replicas, isComplete } = await place(this.#node, this.#copies, key, copy, walk);
    if (!isComplete && !this.#node.closed) this.#spreader.retry(key, copy);
    return replicas;
  }

  async get(key: NodeId, options: LookupOptions): Promise<Uint8Array | undefined> {
    const bytes = await readNewest(this.#node, this.#copies, key, options);
    return bytes && !isMarker(bytes) ? bytes : undefined;
  }

  async maintain(): Promise<void> {
    const { storage } = this.#node;
    for (const key of storage.waiting()) this.#settler.add(key);
    await forEachValue(this.#node, storage.takeDue(), ({ key }) => this.#spreader.spread(key));
  }

  giveAway(values: readonly StoredValue[], options: GiveAwayOptions = {}): Promise<void> {
    const give = async (value: StoredValue) => {
      const copy = this.#copies.of(value);
      const receivers = copy ? await receiversOf(this.#node, value.key, options) : [];
      if (copy) await Promise.all(receivers.map((contact) => this.#copies.send(contact, value.key, copy)));
    };
    return forEachValue(this.#node, values, give, options.signal);
  }

  handOver(newcomer: Contact): void {
    this.#handOver.add(newcomer);
  }

  onUnversioned(key: NodeId): void {
    this.#settler.add(key);
  }

  forget(key: NodeId): void {
    this.#spreader.forget(key);
  }

  close(): void {
    this.#spreader.close();
  }

  /** A newcomer that has a newer value gives it in return. */
  async #give(newcomer: Contact, value: StoredValue): Promise<boolean> {
    const { storage, parts } = this.#node;
    const current = storage.get(value.key);
    const copy = current && this.#copies.of(current);
    if (!copy) return true;
    const sent = await this.#copies.send(newcomer, value.key, copy);
    if (sent instanceof Version) {
      const newer = await this.#copies.fetch(newcomer, value.key);
      if (newer && storage.offer(value.key, newer, newcomer.address) === 'kept')
        this.#spreader.schedule(value.key, parts.random.float() * SPREAD_SOON_MS);
    }
    return sent !== 'unanswered';
  }
}
