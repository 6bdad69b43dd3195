import { MistakesError } from '@cqkd/harness';

export interface Mistake {
  /** Both from 1 up. */
  line: number;
  col: number;
  text: string;
}

/** More than these are not told at once. */
const mostTold = 10;

/** What is wrong with one file. */
export class MistakeList {
  /** Each once: repeated steps repeat their mistakes. */
  readonly #found = new Map<string, Mistake>();

  constructor(private readonly file: string) {}

  add({ line, col }: Omit<Mistake, 'text'>, text: string): void {
    this.#found.set(`${line}:${col}: ${text}`, { line, col, text });
  }

  get length(): number {
    return this.#found.size;
  }

  /** @throws MistakesError with a line for each, in the order of the file */
  throwIfAny(): void {
    if (this.#found.size === 0) return;
    const sorted = [...this.#found.values()].sort((a, b) => a.line - b.line || a.col - b.col);
    const told = sorted
      .slice(0, mostTold)
      .map(({ line, col, text }) => `${this.file}:${line}:${col}: ${text}`);
    const left = sorted.length - told.length;
    throw new MistakesError(left > 0 ? [...told, `${this.file}: and ${left} more`] : told);
  }
}
