import { createHash } from 'node:crypto';

const KEY_DIGITS = 16;

/** What the nodes of one network have in common and tell one another openly; the token can't be told from it. */
export function networkKeyOf(token: string): string {
  return createHash('sha256').update(`cqkd network ${token}`).digest('hex').slice(0, KEY_DIGITS);
}
