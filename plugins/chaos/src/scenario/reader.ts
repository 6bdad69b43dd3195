import { nearest } from '@cqkd/harness';
import * as z from 'zod/mini';
import { fieldsOf } from './fields.js';
import { issueText } from './issue-text.js';
import { MistakeList } from './mistakes.js';
import type { Path, Source } from './source.js';

/** Reads parts of a file by schemas, and gathers what is wrong with them instead of throwing it. */
export class Reader {
  readonly mistakes: MistakeList;

  constructor(
    private readonly source: Source,
    file: string,
  ) {
    this.mistakes = new MistakeList(file);
  }

  /** One mistake, at a place of the file. */
  wrong(path: Path, text: string): void {
    this.mistakes.add(this.source.placeOf(path), text);
  }

  lineOf(path: Path): number {
    return this.source.placeOf(path).line;
  }

  /**
   * @param written what the file has, where `raw` was made of it; `names` are those of its keys that the schema calls otherwise
   * @returns undefined when something is wrong
   */
  read<T>(
    schema: z.ZodMiniType<T>,
    raw: unknown,
    path: Path,
    written: { raw: unknown; names: Readonly<Record<string, string>> } = { raw, names: {} },
  ): T | undefined {
    const { data, error, success } = z.safeParse(schema, raw);
    if (success) return data;
    for (const issue of error.issues) {
      const [first, ...rest] = issue.path as (string | number)[];
      const own = first === undefined ? [] : [written.names[first] ?? first, ...rest];
      const at = [...path, ...own];
      if (issue.code === 'unrecognized_keys') {
        const known = Object.keys(fieldsOf(inside(schema, issue.path)));
        for (const key of issue.keys) this.unknownKey([...at, key], known);
      } else {
        this.wrong(at, issueText(issue, nameOf(at), valueAt(written.raw, own)));
      }
    }
    return undefined;
  }

  unknownKey(path: Path, known: readonly string[]): void {
    const key = String(path.at(-1));
    const other = known.length > 0 ? `; the nearest is ${nearest(key, known)}` : '';
    this.wrong(path, `there is no ${key} here${other}`);
  }
}

/** The schema of a part. */
function inside(schema: z.ZodMiniType, path: readonly PropertyKey[]): z.ZodMiniType {
  const { def } = schema as z.ZodMiniOptional;
  if (def.innerType) return inside(def.innerType as z.ZodMiniType, path);
  const [first, ...rest] = path;
  const field = first === undefined ? undefined : fieldsOf(schema)[String(first)];
  return field ? inside(field, rest) : schema;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (value: unknown, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    raw,
  );
}

/** What a value is called: its key, or that of the list it is in. */
function nameOf(path: Path): string {
  const key = path.findLast((step) => typeof step === 'string');
  return key === undefined ? 'a scenario' : String(key);
}
