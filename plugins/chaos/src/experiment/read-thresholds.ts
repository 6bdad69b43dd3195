import {
  EnvironmentError,
  messageOf,
  nearest,
  parseDuration,
  readGivenFile,
  UsageError,
} from '@cqkd/harness';
import { parse } from 'yaml';
import { type Bounds, defaultThresholds, type Thresholds } from './thresholds.js';

const names = Object.keys(defaultThresholds) as (keyof Thresholds)[];

/**
 * Reads thresholds from a YAML file; what it does not name keeps its default.
 *
 * @throws UsageError, EnvironmentError
 */
export async function readThresholds(file: string | undefined, signal?: AbortSignal): Promise<Thresholds> {
  if (file === undefined) return defaultThresholds;
  const text = await readGivenFile(file, {
    signal,
    failed: (why) => new EnvironmentError(`Can't read the thresholds ${file} (${why})`),
  });
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${messageOf(error)}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new UsageError(`${file} takes lines like "recovery: [15s, 60s]"`);
  const given = Object.entries(content).map(([name, value]) => {
    if (!(names as string[]).includes(name))
      throw new UsageError(`${file}: there is no threshold ${name}; the nearest is ${nearest(name, names)}`);
    return [name, boundsOf(file, name as keyof Thresholds, value)];
  });
  return { ...defaultThresholds, ...Object.fromEntries(given) };
}

function boundsOf(file: string, name: keyof Thresholds, value: unknown): Bounds {
  const numbers = Array.isArray(value) ? value.map((each) => numberOf(name, each)) : [];
  const [target = Number.NaN, limit = Number.NaN] = numbers;
  const isOrdered = name === 'recovery' ? target <= limit : target >= limit;
  if (numbers.length === 2 && isOrdered) return [target, limit];
  const example = name === 'recovery' ? '[15s, 60s]' : `[${defaultThresholds[name].join(', ')}]`;
  throw new UsageError(
    `${file}: ${name} takes its target and its limit, like ${example}, got ${JSON.stringify(value)}`,
  );
}

function numberOf(name: keyof Thresholds, value: unknown): number {
  if (typeof value === 'number') return value;
  return name === 'recovery' && typeof value === 'string' ? parseDuration(value) : Number.NaN;
}
