import type { Judgement } from '../gate/gate.js';
import { type Round, type Streak, streaksOf } from '../gate/soak.js';

const hourMs = 3_600_000;
/** Between two rounds at most, and as a share of the whole soak. */
const mostEverySeconds = 60;
const everyShare = 0.1;

/** What a soak needs of time. */
export interface SoakClock {
  /** Milliseconds since the epoch; it never goes back. */
  now(): number;
  /** @throws what the signal was aborted with */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Told of a round, of the streaks that it is in (what failed, and whether it had failed before), and when the next one
 * begins; null after the last one.
 */
export type OnRound = (round: Round, streaks: readonly Streak[], nextAt: number | null) => void;

export interface SoakOptions {
  /** How long it lasts; a round that is under way then is ended. */
  seconds: number;
  /** From the beginning of a round to that of the next; a round that takes longer is followed at once. */
  everySeconds: number;
  /** Measures and judges. @param number of the round, from 1 */
  measure: (number: number) => Promise<Judgement>;
  clock: SoakClock;
  signal: AbortSignal;
  onRound?: OnRound | undefined;
  /** Told when an hour is over. @param hour from 1 */
  onHour: (rounds: readonly Round[], all: readonly Round[], hour: number) => Promise<void>;
}

/** How often a soak of so many seconds measures, where nothing else is asked for. Seconds. */
export function everyOf(seconds: number): number {
  return Math.min(mostEverySeconds, seconds * everyShare);
}

/**
 * Measures round after round. What fails in the last round is measured once more, so that it shows whether it lasts.
 *
 * An interruption ends it with the rounds that there are; before the first one has ended it is thrown.
 */
export async function soak(options: SoakOptions): Promise<{ rounds: Round[]; isInterrupted: boolean }> {
  const { clock, signal, onRound, onHour } = options;
  const rounds: Round[] = [];
  const beginsAt = clock.now();
  const hourOf = (at: number) => Math.floor((at - beginsAt) / hourMs);
  let told = 0;
  try {
    for (let at: number | null = beginsAt; at !== null; ) {
      await clock.pause(Math.max(0, at - clock.now()), signal);
      const startedAt = clock.now();
      const judgement = await options.measure(rounds.length + 1);
      rounds.push({ ...judgement, number: rounds.length + 1, at: startedAt });
      const streaks = streaksOf(rounds).filter(({ to }) => to === rounds.length);
      at = nextOf(at, beginsAt, streaks, options);
      onRound?.(rounds.at(-1) as Round, streaks, at);
      if (at === null || hourOf(at) === hourOf(startedAt)) continue;
      await onHour(rounds.slice(told), rounds, hourOf(startedAt) + 1);
      told = rounds.length;
    }
  } catch (error) {
    if (!signal.aborted || rounds.length === 0) throw error;
    return { rounds, isInterrupted: true };
  }
  return { rounds, isInterrupted: false };
}

/** When the next round begins; null when the soak is over. @param plannedAt when the last one was to begin */
function nextOf(
  plannedAt: number,
  beginsAt: number,
  streaks: readonly Streak[],
  { seconds, everySeconds, clock }: SoakOptions,
): number | null {
  const at = Math.max(clock.now(), plannedAt + everySeconds * 1000);
  const endsAt = beginsAt + seconds * 1000;
  if (at <= endsAt) return at;
  const isOpen = plannedAt <= endsAt && streaks.some(({ kind }) => kind === 'flap');
  return isOpen ? at : null;
}
