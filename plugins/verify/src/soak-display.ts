import { type OnProgress, type Round, renderRound, type Streak } from '@cqkd/harness';

/** Shows a soak as it goes on. */
export interface SoakDisplay {
  onStep(title: string): void;
  onRound(round: Round, streaks: readonly Streak[], nextAt: number | null): void;
}

/** For logs: a line a round. */
export function plainSoakDisplay(log: (line: string) => void): SoakDisplay {
  return { onStep: () => {}, onRound: (round, streaks) => log(renderRound(round, streaks)) };
}

/** For terminals: a task a round, which says what is measured, or when it begins. */
export function liveSoakDisplay(onProgress: OnProgress): SoakDisplay {
  let current = 1;
  const show = (number: number, title: string, state: 'running' | 'done' | 'failed') =>
    onProgress([{ id: `round ${number}`, title, done: 0, total: 0, state }]);
  return {
    onStep: (title) => show(current, `round ${current}, ${title}`, 'running'),
    onRound: (round, streaks, nextAt) => {
      show(round.number, renderRound(round, streaks), round.verdict === 'fail' ? 'failed' : 'done');
      current = round.number + 1;
      if (nextAt === null) return;
      show(
        current,
        `round ${current} begins at ${new Date(nextAt).toISOString().slice(11, 19)} UTC`,
        'running',
      );
    },
  };
}
