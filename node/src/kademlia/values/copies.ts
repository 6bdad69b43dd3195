import { HEADER_BYTES, MAX_PAYLOAD_BYTES } from '../../wire/datagram.js';
import { decodeValueResponse } from '../../wire/find-value.js';
import { decodeHeld } from '../../wire/held.js';
import { unpack } from '../../wire/message-pack.js';
import { encodeRequest, Packed } from '../../wire/request.js';
import type { Contact } from '../contact.js';
import type { NodeId } from '../id.js';
import type { Found } from '../lookup.js';
import { FIND_VALUE } from '../requests/held.js';
import { encodeStoreVersion } from '../requests/store-version.js';
import { hasDigest } from './replaced.js';
import { type Copy, compareCopies, type StoredValue } from './storage.js';
import type { ValueNode } from './value-node.js';
import { compareVersions, digestOf, VERSION_BYTES, Version } from './version.js';

/** A node that left a copy unanswered gets no other one for so long, however well it answers pings. Milliseconds. */
const REST_MS = 10_000;

/** What became of a copy that was sent: a version is the newer one that the receiver has. */
export type Sent = 'stored' | 'refused' | 'unanswered' | Version;

/** Sends values with their versions to other nodes, and fetches them from there. */
export class Copies {
  readonly #node: ValueNode;
  /** When a copy was left unanswered, on the node's clock. */
  readonly #unansweredAtMs = new WeakMap<Contact, number>();

  constructor(node: ValueNode) {
    this.#node = node;
  }

  /** A value that lies here, as it travels; undefined where it has no version. */
  of(value: StoredValue): Copy | undefined {
    const { bytes, version, replaced } = value;
    const ageMs = this.#node.storage.ageMs(value);
    return version && { bytes, version, ageMs, replaced: replaced.pack() };
  }

  /**
   * Stores a copy on a node.
   *
   * A receiver without versions gets the value alone. So does any where there is no room for the version beside it: it
   * asks the other holders.
   */
  async send(contact: Contact, key: NodeId, copy: Copy): Promise<Sent> {
    const { id, parts } = this.#node;
    if (parts.clock.now() - (this.#unansweredAtMs.get(contact) ?? -REST_MS) < REST_MS) return 'unanswered';
    const plain = encodeRequest('store', id, key, new Packed(copy.bytes));
    const own = encodeStoreVersion(id, key, copy, MAX_PAYLOAD_BYTES);
    const fits = own.length <= MAX_PAYLOAD_BYTES;
    const answer = fits
      ? await this.#node.ask(contact, { own, plain })
      : await this.#node.send(contact, plain);
    if (!answer) {
      this.#unansweredAtMs.set(contact, parts.clock.now());
      return 'unanswered';
    }
    const result = unpack(answer.bytes.subarray(HEADER_BYTES));
    if (result instanceof Uint8Array && result.length === VERSION_BYTES) return new Version(result);
    return result === true ? 'stored' : 'refused';
  }

  /**
   * The newest of what was found, whole.
   *
   * A version that is too far ahead, not the value's own, or a guess about a value that another one has replaced does
   * not count.
   */
  async newest(key: NodeId, found: readonly Found[]): Promise<Copy | undefined> {
    const newestFirst = [...found]
      .filter((each) => !isOutdated(each, found))
      .sort((a, b) => compareVersions(b.version, a.version));
    for (const { contact, version, bytes, ageMs, replaced } of newestFirst) {
      if (!version || !this.#node.hybridClock.learn(version)) continue;
      if (!bytes) {
        const copy = await this.fetch(contact, key);
        if (copy && compareVersions(copy.version, version) >= 0) return copy;
      } else if (isOf(version, bytes)) return { bytes, version, ageMs, replaced };
    }
    return undefined;
  }

  /** What was found that is newer than what lies here. */
  newerThan(own: StoredValue | undefined, found: readonly Found[]): Found[] {
    return found.filter(
      ({ version, replaced }) => version && (!own || compareCopies({ version, replaced }, own) > 0),
    );
  }

  /** Reads the value, with its version, that one node holds. */
  async fetch(contact: Contact, key: NodeId): Promise<Copy | undefined> {
    const { id, hybridClock, parts } = this.#node;
    const own = encodeRequest(FIND_VALUE, id, key);
    const answer = await this.#node.ask(contact, { own, plain: encodeRequest('find_value', id, key) });
    const held = answer?.isOwn ? decodeHeld(answer.bytes, parts.book)?.held : undefined;
    if (!held?.version) return undefined;
    const version = new Version(held.version);
    const bytes = held.value ?? (await this.#fetchPlain(contact, key));
    if (!bytes || !isOf(version, bytes) || !hybridClock.learn(version)) return undefined;
    return { bytes, version, ageMs: held.ageSeconds * 1000, replaced: held.replaced };
  }

  async #fetchPlain(contact: Contact, key: NodeId): Promise<Uint8Array | undefined> {
    const answer = await this.#node.send(contact, encodeRequest('find_value', this.#node.id, key));
    return (answer && decodeValueResponse(answer.bytes)) ?? undefined;
  }
}

/** Whether it has a guessed version, and one of the others has replaced its value. */
function isOutdated({ version }: Found, others: readonly Found[]): boolean {
  if (!version?.isGuess) return false;
  return others.some((other) => !version.equals(other.version) && hasDigest(other.replaced, version.digest));
}

function isOf(version: Version, bytes: Uint8Array): boolean {
  return Buffer.compare(version.digest, digestOf(bytes)) === 0;
}
