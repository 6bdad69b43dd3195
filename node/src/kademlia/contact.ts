import { ID_BYTES, type NodeId } from './id.js';
import { UnprovenBudget } from './unproven.js';

/** `own`: it has answered a request of ours. `legacy`: it answered one of the Python package where it left ours unanswered. */
export type PeerKind = 'unknown' | 'own' | 'legacy';

/**
 * A node as others know it: its id and where it listens.
 *
 * Id and place never change, so the nodes of one process share one object a contact (see AddressBook). `encoded` is
 * its MessagePack form `[id, address, port]`, made once: answers are made of copies of it.
 */
export class Contact {
  readonly encoded: Uint8Array;
  /** Routing tables of this process that hold it. */
  references = 0;
  /** Which requests it knows, as far as this process has found out. */
  kind: PeerKind = 'unknown';
  /** Answers to requests of the Python package in a row, where ours came to nothing. */
  plainAnswers = 0;
  /** Requests of ours in a row that it left unanswered. */
  silences = 0;
  /** Something was answered from its address: it is no invented one. */
  proven = false;

  constructor(
    readonly id: NodeId,
    readonly address: string,
    readonly port: number,
  ) {
    this.encoded = encodeContact(id, address, port);
  }

  /** Same id at the same address. */
  same(other: Contact): boolean {
    return (
      this === other ||
      (this.id.equals(other.id) && this.port === other.port && this.address === other.address)
    );
  }
}

/** MessagePack of `[id, address, port]` as the Python package writes it: bin 8, string, unsigned integer. */
function encodeContact(id: NodeId, address: string, port: number): Uint8Array {
  const text = Buffer.from(address, 'utf8');
  const textHead = text.length < 32 ? [0xa0 | text.length] : [0xd9, text.length];
  const number = port < 128 ? [port] : port < 256 ? [0xcc, port] : [0xcd, port >> 8, port & 255];
  return Uint8Array.of(0x93, 0xc4, ID_BYTES, ...id.bytes, ...textHead, ...text, ...number);
}

/**
 * The contacts that the routing tables of one process hold, each once.
 *
 * A decoder that meets a known contact finds its object here without building anything. Contacts that
 * no table holds are not kept, so its size is bounded by the tables.
 */
export class AddressBook {
  readonly #byWord = new Map<number, Contact | Contact[]>();
  readonly unproven = new UnprovenBudget();

  /** The contact whose MessagePack form stands at `offset`, if a table holds it. `word` is the first word of its id. */
  find(word: number, bytes: Uint8Array, offset: number): Contact | undefined {
    const found = this.#byWord.get(word);
    if (found === undefined) return undefined;
    if (found instanceof Contact) return matches(found.encoded, bytes, offset) ? found : undefined;
    return found.find((contact) => matches(contact.encoded, bytes, offset));
  }

  /** The shared object for a contact: the one already known, or a new one. */
  get(id: NodeId, address: string, port: number): Contact {
    const found = this.#byWord.get(id.w0);
    if (found instanceof Contact) {
      if (found.port === port && found.address === address && found.id.equals(id)) return found;
    } else if (found) {
      const known = found.find(
        (other) => other.port === port && other.address === address && other.id.equals(id),
      );
      if (known) return known;
    }
    return new Contact(id, address, port);
  }

  /** Counts one more table that holds the contact. @returns the object to hold. */
  acquire(contact: Contact): Contact {
    const word = contact.id.w0;
    const found = this.#byWord.get(word);
    let shared = contact;
    if (found === undefined) this.#byWord.set(word, contact);
    else {
      const all = found instanceof Contact ? [found] : found;
      const known = all.find((other) => other.same(contact));
      if (known) shared = known;
      else this.#byWord.set(word, [...all, contact]);
    }
    shared.references++;
    return shared;
  }

  /** Counts one table less; the last one forgets the contact. */
  release(contact: Contact): void {
    if (--contact.references > 0) return;
    const word = contact.id.w0;
    const found = this.#byWord.get(word);
    if (found === contact) this.#byWord.delete(word);
    else if (Array.isArray(found)) {
      const rest = found.filter((other) => other !== contact);
      this.#byWord.set(word, rest.length === 1 ? (rest[0] as Contact) : rest);
    }
  }
}

function matches(encoded: Uint8Array, bytes: Uint8Array, offset: number): boolean {
  const length = encoded.length;
  if (offset + length > bytes.length) return false;
  // The tail differs most often (id and port), the head hardly ever.
  for (let i = length - 1; i >= 0; i--) if (encoded[i] !== bytes[offset + i]) return false;
  return true;
}
