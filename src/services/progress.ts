/** One line of progress. */
export interface ProgressTask {
  id: string;
  title: string;
  done: number;
  /** 0 = it is not counted, only awaited. */
  total: number;
  state: 'waiting' | 'running' | 'done' | 'failed';
}

/** Told the whole progress whenever it has changed. */
export type OnProgress = (tasks: readonly ProgressTask[]) => void;

/** A list of tasks that is told anew with every change. */
export class ProgressList {
  readonly #tasks = new Map<string, ProgressTask>();

  constructor(private readonly onProgress: OnProgress = () => {}) {}

  /** Adds tasks that are counted, all at once. */
  expect(tasks: readonly Pick<ProgressTask, 'id' | 'title' | 'total'>[]): void {
    for (const task of tasks) this.#tasks.set(task.id, { ...task, done: 0, state: 'running' });
    this.onProgress([...this.#tasks.values()]);
  }

  /** Adds a task, or changes it; counted tasks are done when the count is full. */
  set(id: string, change: Partial<Omit<ProgressTask, 'id'>>): void {
    const before = this.#tasks.get(id) ?? { id, title: id, done: 0, total: 0, state: 'waiting' as const };
    const task = { ...before, ...change };
    if (change.state === undefined && task.total > 0) {
      task.state = task.done >= task.total ? 'done' : 'running';
    }
    this.#tasks.set(id, task);
    this.onProgress([...this.#tasks.values()]);
  }

  /** What is under way is done. */
  finish(): void {
    this.#settle('done');
  }

  /** What is under way has failed. */
  fail(): void {
    this.#settle('failed');
  }

  #settle(state: ProgressTask['state']): void {
    for (const task of this.#tasks.values()) {
      if (task.state === 'running') this.#tasks.set(task.id, { ...task, state });
    }
    this.onProgress([...this.#tasks.values()]);
  }
}
