import { HEADER_BYTES, MAX_PAYLOAD_BYTES } from '../../wire/datagram.js';
import { unpack } from '../../wire/message-pack.js';
import { encodeRequest, Packed } from '../../wire/request.js';
import type { Contact } from '../contact.js';
import type { NodeId } from '../id.js';
import type { LookupOptions } from '../node-init.js';
import { mostFrequent } from './most-frequent.js';
import { dueAt, forEachValue, isAmong, receiversOf } from './receivers.js';
import { isMarker, type StoredValue } from './storage.js';
import type { GiveAwayOptions, ValueNode } from './value-node.js';
import { READ_QUORUM, type Values, ValueTooLargeError } from './values.js';

/** Values as the Python package keeps them: without versions, by its requests alone. */
export class PlainValues implements Values {
  readonly #node: ValueNode;

  constructor(node: ValueNode) {
    this.#node = node;
  }

  async put(key: NodeId, bytes: Uint8Array): Promise<number> {
    const payload = encodeRequest('store', this.#node.id, key, new Packed(bytes));
    if (payload.length > MAX_PAYLOAD_BYTES) throw new ValueTooLargeError(payload.length);
    const { contacts } = await this.#node.lookup(key);
    const isOwn = isAmong(this.#node, key, contacts);
    const others = isOwn ? contacts.slice(0, this.#node.parameters.k - 1) : contacts;
    const stored = isOwn && this.#node.storage.setPlain(key, bytes) ? 1 : 0;
    const answers = await Promise.all(others.map((contact) => this.#send(contact, payload)));
    return stored + answers.filter(Boolean).length;
  }

  async get(key: NodeId, options: LookupOptions): Promise<Uint8Array | undefined> {
    const own = this.#node.storage.get(key);
    const { found } = await this.#node.lookupValue(key, own ? READ_QUORUM - 1 : READ_QUORUM, options);
    const value = mostFrequent([own?.bytes, ...found.map(({ bytes }) => bytes)]);
    return value && !isMarker(value) ? value : undefined;
  }

  maintain(): Promise<void> {
    return forEachValue(this.#node, this.#node.storage.takeDue(), async (value) => {
      const { contacts } = await this.#node.lookup(value.key, { refresh: true });
      await this.#sendTo(contacts, value);
    });
  }

  giveAway(values: readonly StoredValue[], options: GiveAwayOptions = {}): Promise<void> {
    const give = async (value: StoredValue) =>
      this.#sendTo(await receiversOf(this.#node, value.key, options), value);
    return forEachValue(this.#node, values, give, options.signal);
  }

  handOver(newcomer: Contact): void {
    void forEachValue(this.#node, dueAt(this.#node, newcomer), (value) => this.#sendTo([newcomer], value));
  }

  onUnversioned(): void {}

  forget(): void {}

  close(): void {}

  async #sendTo(contacts: readonly Contact[], { key, bytes }: StoredValue): Promise<void> {
    const payload = encodeRequest('store', this.#node.id, key, new Packed(bytes));
    await Promise.all(contacts.map((contact) => this.#send(contact, payload)));
  }

  async #send(contact: Contact, payload: Uint8Array): Promise<boolean> {
    const answer = await this.#node.send(contact, payload);
    return answer !== undefined && unpack(answer.bytes.subarray(HEADER_BYTES)) === true;
  }
}
