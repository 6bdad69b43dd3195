import { formatSeconds, type OnProgress, ProgressList } from '@cqkd/harness';
import type { Suite } from './suites/suite.js';

/** Between two looks at how long it will take. Milliseconds. */
const tickMs = 5000;

/** Shows which suite runs, and how long all that are left will take. */
export class BenchProgress {
  readonly #list: ProgressList;
  readonly #left: { suite: Suite; seconds: number }[];
  #timer: NodeJS.Timeout | undefined;

  constructor(onProgress: OnProgress, suites: readonly Suite[], secondsOf: (suite: Suite) => number) {
    this.#list = new ProgressList(onProgress);
    this.#left = suites.map((suite) => ({ suite, seconds: secondsOf(suite) }));
  }

  /** The next suite begins. */
  begin(): void {
    const current = this.#left.shift();
    if (!current) return;
    const startedAt = performance.now();
    const later = this.#left.reduce((sum, { seconds }) => sum + seconds, 0);
    const { id, title } = current.suite;
    const show = () => {
      const elapsed = (performance.now() - startedAt) / 1000;
      const left = later + Math.max(0, current.seconds - elapsed);
      const told = left < 1 ? 'done in a moment' : `${formatSeconds(Math.ceil(left))} left`;
      this.#list.set(id, { title: `${title}, ${told}`, state: 'running' });
    };
    show();
    this.#timer = setInterval(show, tickMs);
  }

  /** It has ended. @param note what became of it, where it did not run */
  end({ id, title }: Suite, note?: string): void {
    clearInterval(this.#timer);
    this.#list.set(id, { title: note === undefined ? title : `${title}: ${note}`, state: 'done' });
  }

  /** Nothing goes on any more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
