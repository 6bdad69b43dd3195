import type { CallOptions } from '../wire/rpc.js';
import type { Contact } from './contact.js';

/** Names of requests that only nodes of ours know begin so. */
export const OWN_PREFIX = 'cqkd_';

/** A request of ours, and the one of the Python package that comes nearest to it. */
export interface Question {
  own: Uint8Array;
  plain: Uint8Array;
}

/** A question in the form that one contact understands. */
export type Phrased = Pick<CallOptions, 'fallback'> & { payload: Uint8Array };

/** Chooses by what is known of a contact; one that is not known is asked in both ways, one after the other. */
export function phrase({ kind }: Contact, { own, plain }: Question): Phrased {
  if (kind === 'legacy') return { payload: plain };
  return { payload: own, ...(kind === 'unknown' && { fallback: plain }) };
}

/** Requests of ours in a row that a node of ours leaves unanswered before it is taken for another one. */
const SILENCES = 3;
/** So often must the request of ours have stayed unanswered: one datagram may be lost. */
const PLAIN_ANSWERS = 3;

/**
 * Learns from an answer which requests a contact knows.
 *
 * @param attempt which attempt was answered; 1 = the first
 * @returns whether the request of ours was answered
 */
export function learnKind(
  contact: Contact,
  { payload, fallback }: Phrased,
  { own }: Question,
  attempt: number,
): boolean {
  const isOwn = payload === own && (!fallback || attempt === 1);
  contact.plainAnswers = isOwn ? 0 : contact.plainAnswers + 1;
  if (isOwn) {
    contact.kind = 'own';
    contact.silences = 0;
  } else if (contact.plainAnswers >= PLAIN_ANSWERS) contact.kind = 'legacy';
  return isOwn;
}

/** A contact sent a request of ours, which anybody can: it is asked again in both ways. */
export function heardOwn(contact: Contact): void {
  if (contact.kind !== 'legacy') return;
  contact.kind = 'unknown';
  contact.plainAnswers = 0;
}

/** A contact that is taken for one of ours left a request of ours unanswered: it may run another program now. */
export function doubtKind(contact: Contact): void {
  if (contact.kind === 'own' && ++contact.silences >= SILENCES) contact.kind = 'unknown';
}
