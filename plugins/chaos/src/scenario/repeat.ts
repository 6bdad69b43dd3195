import * as z from 'zod/mini';
import { shown } from './issue-text.js';
import type { Reader } from './reader.js';
import type { Path } from './source.js';

const repeatSchema = z.strictObject({
  repeat: z.strictObject({
    times: z.optional(z.int().check(z.gte(1), z.lte(100))),
    /** One name, and a value for each time. */
    each: z.optional(z.record(z.string(), z.array(z.unknown()).check(z.minLength(1)))),
    steps: z.unknown(),
  }),
});

/** The steps of a `repeat`, once for each time they are done, with `$name` replaced by the value of that time. */
export function repeated(raw: Record<string, unknown>, path: Path, reader: Reader): unknown[] {
  const repeat = reader.read(repeatSchema, raw, path)?.repeat;
  if (!repeat) return [];
  const { times, each, steps } = repeat;
  const at = [...path, 'repeat'];
  const [[name, values] = [], ...others] = Object.entries(each ?? {});
  if (times === undefined && name === undefined) {
    reader.wrong(at, 'repeat takes times, each, or both; got neither');
    return [];
  }
  if (others.length > 0) {
    reader.wrong(
      [...at, 'each'],
      `each takes one name with its values; got ${shown(Object.keys(each ?? {}).join(', '))}`,
    );
    return [];
  }
  const once = name === undefined ? [steps] : (values ?? []).map((value) => replaced(steps, name, value));
  return Array.from({ length: times ?? 1 }, () => once).flat();
}

/** A text that is the name alone becomes the value itself, whatever it is. */
function replaced(raw: unknown, name: string, value: unknown): unknown {
  if (typeof raw === 'string') {
    return raw === `$${name}` ? value : raw.replaceAll(`$${name}`, () => String(value));
  }
  if (Array.isArray(raw)) return raw.map((each) => replaced(each, name, value));
  if (typeof raw !== 'object' || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).map(([key, each]) => [key, replaced(each, name, value)]));
}
