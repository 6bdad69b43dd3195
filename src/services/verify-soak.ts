import { setTimeout as delay } from 'node:timers/promises';
import type { Judgement } from '../gate/gate.js';
import { judgeRounds, type Round, streaksOf } from '../gate/soak.js';
import type { SoakSummary, VerifyResult } from './results.js';
import { everyOf, type OnRound, type SoakClock, soak } from './soak.js';
import type { VerifyResultInit } from './verify-result.js';

export interface VerifySoakOptions {
  seconds: number;
  /** From round to round. */
  everySeconds?: number | undefined;
  signal: AbortSignal;
  /** Measures and judges. @param number of the round, from 1 */
  measure: (number: number) => Promise<Judgement>;
  /** Makes a result, and puts it on record. */
  record: (init: Omit<VerifyResultInit, 'past'>) => Promise<VerifyResult>;
  onRound?: OnRound | undefined;
  /** By default the system's. */
  clock?: SoakClock;
}

/** A soak with a record an hour and one at its end. @returns the one at the end */
export async function verifySoak(options: VerifySoakOptions): Promise<VerifyResult> {
  const { seconds, everySeconds = everyOf(seconds), measure, record, signal, onRound } = options;
  const { clock = systemClock } = options;
  const conclude = (rounds: readonly Round[], all: readonly Round[], part: Ending) => {
    const { number: from } = rounds[0] as Round;
    const { number: to } = rounds.at(-1) as Round;
    const streaks = streaksOf(all).filter((streak) => streak.from <= to && streak.to >= from);
    const summary: SoakSummary = {
      ...part,
      from: (rounds[0] as Round).at,
      to: clock.now(),
      seconds,
      everySeconds,
      streaks,
    };
    return record({ judgement: judgeRounds(rounds, streaks), rounds: rounds.length, soak: summary });
  };
  const { rounds, isInterrupted } = await soak({
    seconds,
    everySeconds,
    measure,
    clock,
    signal,
    onRound,
    onHour: async (part, all, hour) => {
      await conclude(part, all, { hour, isInterrupted: false });
    },
  });
  return conclude(rounds, rounds, { hour: null, isInterrupted });
}

type Ending = Pick<SoakSummary, 'hour' | 'isInterrupted'>;

/** Set to the time of day once: it goes on evenly, whatever is done to the clock meanwhile. */
const systemClock: SoakClock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  pause: async (ms, signal) => {
    signal.throwIfAborted();
    if (ms > 0) await delay(ms, undefined, { signal });
  },
};
