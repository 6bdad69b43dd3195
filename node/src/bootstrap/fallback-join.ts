import type { Clock } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import { pause } from '../kademlia/pause.js';
import type { Settings } from '../settings.js';
import { backOffMs } from './back-off.js';
import type { BootstrapClient } from './bootstrap-client.js';
import type { Candidate, Candidates } from './candidates.js';
import { isTaken } from './first-attach.js';

/** Before those that did not answer, or have not joined yet themselves, are asked again. */
const ASK_AGAIN_MS = 100;
/** One that answers is waited for until it has joined itself, for so long at most. */
const READY_TIMEOUT_MS = 180_000;

export interface FindAllInit {
  client: BootstrapClient;
  candidates: Candidates;
  clock: Clock;
  settings: Settings;
}

/**
 * The way into a network without a hierarchy: all bootstrap nodes are asked, and those that answer are where the
 * node begins. Nobody keeps a lease.
 *
 * @param attempts each after a pause that doubles
 * @returns those that are ready, in order of preference; none when the node is the only one; undefined when nobody
 *   answered in all attempts
 */
export async function findAll(
  { client, candidates, clock, settings }: FindAllInit,
  attempts: number,
  signal: AbortSignal,
): Promise<Contact[] | undefined> {
  const most = settings.enable_bootstrap_fallback ? Number.POSITIVE_INFINITY : 1;
  // One that turns out to be the node itself is dropped meanwhile.
  const asked = () => candidates.planned.slice(0, most);
  const timeoutMs = settings.bootstrap_connection_timeout * 1000;
  for (let attempt = 0; attempt < attempts && !signal.aborted; attempt++) {
    if (attempt > 0) await pause(clock, backOffMs(settings, attempt), signal);
    const contacts = await askAll(client, asked, clock, timeoutMs, signal);
    if (contacts.length > 0 || candidates.planned.length === 0) return contacts;
  }
  return undefined;
}

/** Asks until one is ready, or all were silent for the time-out. */
async function askAll(
  client: BootstrapClient,
  asked: () => readonly Candidate[],
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Contact[]> {
  const startedAtMs = clock.now();
  let heardAtMs = startedAtMs;
  while (!signal.aborted && asked().length > 0 && clock.now() - heardAtMs < timeoutMs) {
    const outcomes = await Promise.all(asked().map((candidate) => client.ask(candidate, 'ask')));
    const heard = outcomes.flatMap((outcome) => (outcome && outcome.status !== 'refused' ? outcome : []));
    // A full node takes no lease, but its answers are as good as another's.
    const ready = heard.filter((outcome) => isTaken(outcome) || outcome.status === 'full');
    if (ready.length > 0) return ready.map(({ contact }) => contact);
    if (heard.length > 0 && clock.now() - startedAtMs < READY_TIMEOUT_MS) heardAtMs = clock.now();
    await pause(clock, ASK_AGAIN_MS, signal);
  }
  return [];
}
