import { setTimeout as delay } from 'node:timers/promises';
import { type CoordinatorClient, CoordinatorError } from '@cqkd/harness';
import type { Picture } from '../picture.js';
import type { KeptValues } from './kept-values.js';
import type { Recovery } from './results.js';
import { recoveredRecall } from './thresholds.js';
import type { TimelineRecorder } from './timeline.js';

const lookAgainMs = 500;
const lookups = 100;
/** A network that has not come together when so many times the limit of its verdict are over has not recovered. */
const patience = 1.5;

export interface RecoveryOptions {
  picture: Picture;
  /** Names of nodes that are to stay away. */
  gone: ReadonlySet<string>;
  /** Names of nodes that lost all they held. */
  died: ReadonlySet<string>;
  /** Names of nodes by which values are read besides. */
  readers: readonly string[];
  /** Names of the hosts that run, as what runs them knows it. */
  hostsRunning: () => Promise<ReadonlySet<string>>;
  kept: KeptValues;
  /** Beyond which the verdict fails. Seconds. */
  limitSeconds: number;
  /** When the fault was lifted, on the monotonic clock. */
  healedAtMs: number;
  seed: number;
  timeline: TimelineRecorder;
  signal: AbortSignal;
}

type Look = Pick<Recovery, 'recall' | 'islands' | 'orphans' | 'missing'>;

/** Watches the healed network until it is one again and its lookups are right, then looks what is left of its values. */
export async function awaitRecovery(client: CoordinatorClient, options: RecoveryOptions): Promise<Recovery> {
  const { picture, died, readers, kept, limitSeconds, healedAtMs, seed, timeline, signal } = options;
  let mergedSeconds: number | null = null;
  for (let round = 0; ; round++) {
    const look = await lookAt(client, options, seed + round);
    timeline.sample('recovery', null, { recall: look.recall, storePercent: null });
    const seconds = (performance.now() - healedAtMs) / 1000;
    const isOne = look.islands === 1 && look.orphans === 0;
    if (isOne) mergedSeconds ??= seconds;
    const isWhole = isOne && look.recall >= recoveredRecall && look.missing.length === 0;
    if (isWhole) timeline.recovered();
    const isOver = isWhole || seconds > patience * limitSeconds || (await canNotBeWhole(look, options));
    if (isOver) {
      const left = readers.filter((name) => !look.missing.includes(name));
      const lostKeys = await kept.countLost(picture, died, left, signal);
      return { ...look, seconds: isWhole ? seconds : null, mergedSeconds, lostKeys };
    }
    await delay(lookAgainMs, undefined, { signal });
  }
}

/** All that is missing was on hosts that are dead, and everything else is well: there is nothing to wait for. */
async function canNotBeWhole(
  { recall, islands, missing }: Look,
  { picture, hostsRunning }: RecoveryOptions,
): Promise<boolean> {
  if (missing.length === 0 || islands > 1 || recall < recoveredRecall) return false;
  const running = await hostsRunning();
  const hostOf = new Map(picture.nodes.map(({ name, host }) => [name, host]));
  return missing.every((name) => !running.has(hostOf.get(name) ?? ''));
}

async function lookAt(
  client: CoordinatorClient,
  { picture, gone, signal }: RecoveryOptions,
  seed: number,
): Promise<Look> {
  const { hosts } = await client.network(signal);
  const joined = new Set(
    hosts.flatMap(({ state, nodes }) =>
      nodes.filter((node) => state === 'up' && node.state === 'joined').map(({ name }) => name),
    ),
  );
  const due = picture.nodes.map(({ name }) => name).filter((name) => !gone.has(name));
  const missing = due.filter((name) => !joined.has(name));
  try {
    const { recall } = await client.lookup({ count: lookups, seed }, signal);
    const { weakComponents: islands, orphans } = await client.routing(signal);
    return { recall, islands, orphans: orphans.length, missing };
  } catch (error) {
    // Nobody has joined yet, the coordinator's own node has not, or a host is about to start.
    if (!(error instanceof CoordinatorError) || error.status === null) throw error;
    return { recall: 0, islands: due.length, orphans: due.length, missing };
  }
}
