import {
  AddressBook,
  Contact,
  decodeContacts,
  decodeRequest,
  encodeContactsResponse,
  encodeRequest,
  HEADER_BYTES,
  NodeId,
  SeededRandom,
} from '@cqkd/node';
import { rate } from './rate.js';
import type { Work, WorkParameters } from './work.js';

/** Contacts of one answer: K. */
const contactsInAnswer = 20;
/** How long each of the operations is tried in a round. Milliseconds. */
const spanMs = 20;

/** The messages that a node sends most: `find_node` and its answer, encoded and decoded. */
export async function open({ seed }: WorkParameters): Promise<Work> {
  const random = new SeededRandom(seed);
  const [own, target] = [NodeId.random(random), NodeId.random(random)];
  const book = new AddressBook();
  const contacts = Array.from({ length: contactsInAnswer }, (_, index) =>
    book.acquire(new Contact(NodeId.random(random), `127.0.${index}.1`, 8000 + index)),
  );
  const header = new Uint8Array(HEADER_BYTES);
  const request = Buffer.concat([header, encodeRequest('find_node', own, target)]);
  const answer = encodeContactsResponse(request, contacts);
  const stranger = new AddressBook();
  const operations: Record<string, () => unknown> = {
    encode_request: () => encodeRequest('find_node', own, target),
    decode_request: () => decodeRequest(request),
    encode_answer: () => encodeContactsResponse(request, contacts),
    decode_known: () => decodeContacts(answer, HEADER_BYTES, book),
    decode_unknown: () => decodeContacts(answer, HEADER_BYTES, stranger),
  };
  return {
    warmUps: 3,
    round: async () => ({
      values: Object.fromEntries(Object.entries(operations).map(([id, run]) => [id, rate(run, spanMs)])),
    }),
    close: () => {},
  };
}
