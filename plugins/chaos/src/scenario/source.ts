import { EnvironmentError, messageOf, readGivenFile, UsageError } from '@cqkd/harness';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Mistake, MistakeList } from './mistakes.js';

/** Names of keys and places in lists, from the top of the file. */
export type Path = readonly (string | number)[];

/** A YAML file that knows where each of its values was written. */
export class Source {
  private constructor(
    /** As plain data. */
    readonly content: unknown,
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  /** @throws MistakesError when it is no YAML, or not one document */
  static parse(file: string, text: string): Source {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const mistakes = new MistakeList(file);
    for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
      mistakes.add(lines.linePos(pos[0]), texts[code] ?? messageOf(message));
    }
    mistakes.throwIfAny();
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
      throw new UsageError(`${file} is empty: a scenario has a name and steps`);
    try {
      return new Source(document.toJS(), document, lines);
    } catch (error) {
      // An alias that nothing stands for, or that grows beyond all bounds.
      throw new UsageError(`${file}: ${messageOf(error)}`);
    }
  }

  /** Where a value was written: its key, or itself in a list; where there is none, what it should be in. */
  placeOf(path: Path): Omit<Mistake, 'text'> {
    let node: unknown = this.document.contents;
    let found: unknown = node;
    for (const step of path) {
      const holder = isAlias(node) ? node.resolve(this.document) : node;
      if (isMap(holder)) {
        const pair = holder.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
        if (!pair) break;
        found = pair.key;
        node = pair.value;
      } else if (isSeq(holder)) {
        const item = holder.items[Number(step)];
        if (item === undefined) break;
        found = item;
        node = item;
      } else break;
    }
    return this.lines.linePos((found as Node | null)?.range?.[0] ?? 0);
  }
}

/** Where the parser's own words help little. */
const texts: Record<string, string> = {
  TAB_AS_INDENT: 'a tab can not indent: use spaces',
  DUPLICATE_KEY: 'the same key twice: drop one of them',
  MULTIPLE_DOCS: 'a second document begins here: a file has one scenario',
};

/** @throws UsageError when there is no such file; EnvironmentError when it can't be read */
export function readText(file: string, signal: AbortSignal | undefined): Promise<string> {
  return readGivenFile(file, {
    signal,
    failed: (why) =>
      why === 'ENOENT' || why === 'ENOTDIR'
        ? new UsageError(`There is no scenario ${file}: give a file, or a name of cqkd chaos run --list`)
        : new EnvironmentError(`Can't read ${file} (${why})`),
  });
}
