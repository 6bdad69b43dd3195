import { Listr, type ListrTaskWrapper } from 'listr2';
import type { ProgressTask } from '../services/progress.js';

/** Shows the progress of long work. */
export interface ProgressDisplay {
  show(tasks: readonly ProgressTask[]): void;
  /** Leaves what was shown as it is. */
  end(): Promise<void>;
}

/** Between two plain lines about one task that goes on. Milliseconds. */
const plainIntervalMs = 2000;
const tickMs = 100;
/** Titles are padded to this, so that the counts stand under each other. */
const titleWidth = 22;

/** Shows nothing. */
export const silentDisplay: ProgressDisplay = { show: () => {}, end: async () => {} };

/** One line when something is done, and now and then one while it goes on: for logs. */
export class PlainDisplay implements ProgressDisplay {
  readonly #told = new Map<string, { text: string; at: number }>();

  constructor(private readonly write: (line: string) => void) {}

  show(tasks: readonly ProgressTask[]): void {
    const now = performance.now();
    for (const task of tasks) {
      const ended = task.state === 'done' || task.state === 'failed';
      if (task.state === 'waiting') continue;
      const text = `${describe(task)}${task.state === 'failed' ? ' failed' : ''}`;
      const told = this.#told.get(task.id);
      if (!told) this.#told.set(task.id, { text: '', at: now });
      if (told?.text === text || (!ended && now - (told?.at ?? now) < plainIntervalMs)) continue;
      this.#told.set(task.id, { text, at: now });
      this.write(`${text}  ${elapsed()}`);
    }
  }

  async end(): Promise<void> {}
}

type Wrapper = ListrTaskWrapper<unknown, never, never>;

/** One task on the screen. */
interface Shown {
  task: ProgressTask;
  wrapper?: Wrapper | undefined;
  settle?: ((failed: boolean) => void) | undefined;
}

/** A live list with spinners. Tasks that appear together are one list; later ones follow below. */
export class ListDisplay implements ProgressDisplay {
  readonly #shown = new Map<string, Shown>();
  #running: Promise<unknown> = Promise.resolve();
  #ticker: NodeJS.Timeout | undefined;

  show(tasks: readonly ProgressTask[]): void {
    this.#ticker ??= setInterval(() => this.#tick(), tickMs);
    const fresh: Shown[] = [];
    for (const task of tasks) {
      const shown = this.#shown.get(task.id);
      if (shown) this.#update(shown, task);
      else {
        const added: Shown = { task };
        this.#shown.set(task.id, added);
        fresh.push(added);
      }
    }
    if (fresh.length > 0) this.#running = this.#running.then(() => this.#render(fresh));
  }

  async end(): Promise<void> {
    clearInterval(this.#ticker);
    for (const shown of this.#shown.values()) {
      if (!isEnded(shown.task)) shown.task = { ...shown.task, state: 'failed' };
      shown.settle?.(shown.task.state === 'failed');
    }
    await this.#running;
  }

  #update(shown: Shown, task: ProgressTask): void {
    shown.task = task;
    if (shown.wrapper) shown.wrapper.title = `${describe(task)}  ${elapsed()}`;
    if (isEnded(task)) shown.settle?.(task.state === 'failed');
  }

  #tick(): void {
    for (const shown of this.#shown.values()) {
      if (shown.wrapper && shown.task.state === 'running') {
        shown.wrapper.title = `${describe(shown.task)}  ${elapsed()}`;
      }
    }
  }

  async #render(group: readonly Shown[]): Promise<void> {
    const list = new Listr(
      group.map((shown) => ({
        title: describe(shown.task),
        task: (_: unknown, wrapper: Wrapper) => this.#follow(shown, wrapper),
      })),
      { concurrent: true, exitOnError: false, registerSignalListeners: false },
    );
    await list.run().catch(() => {});
  }

  #follow(shown: Shown, wrapper: Wrapper): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (failed: boolean) => {
        shown.wrapper = undefined;
        shown.settle = undefined;
        if (failed) reject(new Error(`${describe(shown.task)} failed`));
        else resolve();
      };
      Object.assign(shown, { wrapper, settle });
      if (isEnded(shown.task)) this.#update(shown, shown.task);
    });
  }
}

function isEnded(task: ProgressTask): boolean {
  return task.state === 'done' || task.state === 'failed';
}

function describe({ title, done, total }: ProgressTask): string {
  if (total === 0) return title;
  const width = String(total).length;
  return `${title.padEnd(titleWidth)}${String(done).padStart(width)}/${total}`;
}

/** Since the command was typed. */
function elapsed(): string {
  return `${(performance.now() / 1000).toFixed(1)} s`;
}
