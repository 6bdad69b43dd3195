import type { Clock } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import type { BootstrapClient } from './bootstrap-client.js';
import type { Candidate } from './candidates.js';
import { isTaken } from './first-attach.js';
import { pause } from './pause.js';

/** Before those that did not answer, or have not joined yet themselves, are asked again. */
const ASK_AGAIN_MS = 100;
/** One that answers is waited for until it has joined itself, for so long at most. */
const READY_TIMEOUT_MS = 180_000;

export interface FallbackJoinInit {
  client: BootstrapClient;
  clock: Clock;
  /** For candidates that are all silent. Milliseconds. */
  connectionTimeoutMs: number;
}

/**
 * The way into a network without a hierarchy: all bootstrap nodes are asked, and those that answer are where the
 * node begins. Nobody keeps a lease.
 *
 * @returns those that are ready, in order of preference; none when all were silent for the connection time-out
 */
export async function askAll(
  { client, clock, connectionTimeoutMs }: FallbackJoinInit,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Contact[]> {
  const startedAtMs = clock.now();
  let heardAtMs = startedAtMs;
  while (!signal.aborted && clock.now() - heardAtMs < connectionTimeoutMs) {
    const outcomes = await Promise.all(candidates.map((candidate) => client.ask(candidate, 'ask')));
    const heard = outcomes.flatMap((outcome) => (outcome && outcome.status !== 'refused' ? outcome : []));
    // A full node takes no lease, but its answers are as good as another's.
    const ready = heard.filter((outcome) => isTaken(outcome) || outcome.status === 'full');
    if (ready.length > 0) return ready.map(({ contact }) => contact);
    if (heard.length > 0 && clock.now() - startedAtMs < READY_TIMEOUT_MS) heardAtMs = clock.now();
    await pause(clock, ASK_AGAIN_MS, signal);
  }
  return [];
}
