import type { Clock } from '../kademlia/components.js';
import { pause } from '../kademlia/pause.js';
import type { BootstrapClient, Outcome } from './bootstrap-client.js';
import type { Candidate } from './candidates.js';

/** Pause before a bootstrap node that did not answer, or has not joined yet itself, is asked again. */
const ASK_AGAIN_MS = 100;
/** A bootstrap node that answers is waited for until it has joined itself, for so long at most. */
const READY_TIMEOUT_MS = 180_000;
/** A parent that is silent for so long may be dead: others are looked at. While a network starts it is only late. */
const PATIENCE_MS = 1500;
/** A parent that answers but has not joined for so long may wait for this node itself: a network that starts is up by then. */
const STUCK_MS = 30_000;
/** While the parent answers, others are looked at so often at most. */
const LOOK_AGAIN_MS = 1000;
/** Others that are looked at together: most of them may be dead as well, and a dead one costs seconds. */
const LOOK_AT = 4;

export interface FirstAttachInit {
  client: BootstrapClient;
  clock: Clock;
  /** For one candidate that is silent. Milliseconds. */
  connectionTimeoutMs: number;
}

/** Whether an outcome means that the node may enter the network through the candidate. */
export function isTaken({ status }: Outcome): boolean {
  return status === 'granted' || status === 'ready' || status === 'legacy';
}

/**
 * Asks one candidate until it takes the node, for as long as it is worth waiting for.
 *
 * While a network starts, parents come up seconds after their children, so a silent one is asked again until the
 * connection time-out. But when another one that stands in for it is ready, the network is up and only the parent
 * is dead: then the node goes there. So it does when the parent answers and answers but does not join: at once to
 * another one of its tier, after a while to any.
 *
 * @param others looked at meanwhile, in this order; none = only the candidate counts
 * @returns the last outcome; undefined when nobody took the node
 */
export async function attachFirst(
  init: FirstAttachInit,
  candidate: Candidate,
  others: readonly Candidate[],
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { client, clock, connectionTimeoutMs } = init;
  const startedAtMs = clock.now();
  let heardAtMs = startedAtMs;
  let lookAtMs = startedAtMs + connectionTimeoutMs;
  const scout = new Scout(client, others);
  while (!signal.aborted && clock.now() - heardAtMs < connectionTimeoutMs) {
    const nowMs = clock.now();
    const isLate = nowMs - heardAtMs >= PATIENCE_MS;
    const isUnready = nowMs >= lookAtMs;
    if (isUnready) lookAtMs = nowMs + LOOK_AGAIN_MS;
    const [outcome, found] = await Promise.all([
      client.ask(candidate, 'attach'),
      isLate || isUnready ? scout.look() : false,
    ]);
    if (outcome && (isTaken(outcome) || outcome.status === 'full')) return outcome;
    if (outcome?.status === 'refused') break;
    // It is alive and will be ready: that does not count against the connection time-out.
    if (outcome && clock.now() - startedAtMs < READY_TIMEOUT_MS) heardAtMs = clock.now();
    if (!outcome && found) break;
    const isStuck = nowMs - startedAtMs >= STUCK_MS;
    if (isUnready && scout.ready.some(({ tier }) => isStuck || tier === candidate.tier)) break;
    await pause(clock, ASK_AGAIN_MS, signal);
  }
  for (const ready of scout.ready) {
    if (signal.aborted) return undefined;
    const outcome = await client.ask(ready, 'attach');
    if (outcome && isTaken(outcome)) return outcome;
  }
  return undefined;
}

/** Looks at the other candidates, a few at a time: first those that were not silent in an attempt before. */
class Scout {
  readonly #client: BootstrapClient;
  readonly #others: readonly Candidate[];
  readonly #ready = new Set<Candidate>();
  #next = 0;

  constructor(client: BootstrapClient, others: readonly Candidate[]) {
    this.#client = client;
    this.#others = [...others].sort((a, b) => a.failures - b.failures);
  }

  /** Those that are ready, in order of preference. */
  get ready(): Candidate[] {
    return this.#others.filter((candidate) => this.#ready.has(candidate));
  }

  /** Looks at the next ones. @returns whether one is ready and stands where the silent parent does */
  async look(): Promise<boolean> {
    const { length } = this.#others;
    const positions = Array.from({ length: Math.min(LOOK_AT, length) }, (_, i) => (this.#next + i) % length);
    this.#next = (this.#next + positions.length) % Math.max(1, length);
    await Promise.all(positions.map((position) => this.#lookAt(this.#others[position] as Candidate)));
    return positions.some((position) => this.#standsIn(position));
  }

  async #lookAt(candidate: Candidate): Promise<void> {
    const outcome = await this.#client.ask(candidate, 'ask');
    if (outcome && isTaken(outcome)) this.#ready.add(candidate);
    else this.#ready.delete(candidate);
  }

  /** One of a higher tier is ready long before the parent when the network starts: those before it must be heard of. */
  #standsIn(position: number): boolean {
    const candidate = this.#others[position] as Candidate;
    if (!this.#ready.has(candidate)) return false;
    return (
      candidate.tier === 'local' || this.#others.slice(0, position).every((other) => other.failures === 0)
    );
  }
}
