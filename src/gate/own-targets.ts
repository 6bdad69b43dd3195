import { isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import { EnvironmentError, MistakesError, messageOf, UsageError } from '../errors.js';
import { readGivenFile } from '../given-file.js';
import { nearest } from '../settings/nearest.js';
import { mostOf } from './limits.js';
import { type MetricId, type MetricUnit, metricIds, metrics } from './metrics.js';
import type { Target } from './targets.js';

/** Targets of the user's own, which win over those of the table. */
export type OwnTargets = Readonly<Partial<Record<MetricId, Target>>>;

const keys = ['target', 'threshold'] as const;
const example = 'refresh_overhead: { target: 10, threshold: 12 }';

/**
 * Reads targets from a YAML or JSON file: `{target, threshold}` by the id of the metric, in the metric's unit; null is
 * none, and a metric that is null is only reported.
 *
 * @throws MistakesError with a line for each mistake, UsageError, EnvironmentError when the file can't be read
 */
export async function readOwnTargets(file: string, signal?: AbortSignal): Promise<OwnTargets> {
  return parseOwnTargets(file, await read(file, signal));
}

/** @param file for errors @throws MistakesError */
export function parseOwnTargets(file: string, text: string): OwnTargets {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistakes: string[] = [];
  const wrong = (offset: number | undefined, text: string) => {
    const { line, col } = lines.linePos(offset ?? 0);
    mistakes.push(`${file}:${line}:${col}: ${text}`);
  };
  for (const { message, pos } of document.errors) wrong(pos[0], messageOf(message));
  const { contents } = document;
  if (mistakes.length === 0 && !isMap(contents)) wrong(0, `targets are lines like "${example}"`);
  const targets: Partial<Record<MetricId, Target>> = {};
  for (const pair of isMap(contents) ? contents.items : []) {
    const id = String(isScalar(pair.key) ? pair.key.value : pair.key);
    const offset = offsetOf(pair.key);
    if (!(metricIds as readonly string[]).includes(id)) {
      wrong(offset, `there is no metric ${id}; the nearest is ${nearest(id, metricIds)}`);
      continue;
    }
    const target = targetOf(id as MetricId, pair as Pair, (at, text) => wrong(at ?? offset, text));
    if (target) targets[id as MetricId] = target;
  }
  if (mistakes.length > 0) throw new MistakesError(mistakes);
  return targets;
}

function read(file: string, signal: AbortSignal | undefined): Promise<string> {
  return readGivenFile(file, {
    signal,
    failed: (why) =>
      why === 'ENOENT'
        ? new UsageError(`There is no file ${file}: --targets takes YAML or JSON`)
        : new EnvironmentError(`Can't read the targets ${file} (${why})`),
  });
}

type Wrong = (offset: number | undefined, text: string) => void;

function targetOf(id: MetricId, { value }: Pair, wrong: Wrong): Target | undefined {
  if (isScalar(value) && value.value === null) return { target: null, threshold: null };
  if (!isMap(value)) {
    wrong(offsetOf(value), `${id} takes a target and a threshold, like "${example}"`);
    return undefined;
  }
  const found: Target = { target: null, threshold: null };
  let isGood = true;
  for (const { key, value: given } of value.items) {
    const name = String(isScalar(key) ? key.value : key);
    const number = amountOf(id, isScalar(given) ? given.value : given);
    if (!(keys as readonly string[]).includes(name)) {
      wrong(offsetOf(key), `${id} takes target and threshold, got ${name}`);
      isGood = false;
    } else if (number === undefined) {
      wrong(
        offsetOf(given),
        `${id} takes a number in ${unitNames[metrics[id].unit] ?? metrics[id].unit} as its ${name}, or null for none`,
      );
      isGood = false;
    } else if (number !== null && (number < 0 || number > mostOf(id))) {
      const range = Number.isFinite(mostOf(id)) ? `from 0 to ${mostOf(id)}` : 'from 0 up';
      wrong(offsetOf(given), `${id} takes a ${name} ${range}, got ${number}`);
      isGood = false;
    } else found[name as keyof Target] = number;
  }
  const { target, threshold } = found;
  const sign = metrics[id].better === 'lower' ? 1 : -1;
  if (isGood && target !== null && threshold !== null && sign * threshold < sign * target) {
    wrong(offsetOf(value), `${id} has a threshold that is stricter than its target: swap them`);
    isGood = false;
  }
  return isGood ? found : undefined;
}

const unitNames: Partial<Record<MetricUnit, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  bytes: 'bytes, or like 150MB,',
};

/** @returns undefined when it is no amount */
function amountOf(id: MetricId, value: unknown): number | null | undefined {
  if (value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return metrics[id].unit === 'bytes' && typeof value === 'string' ? bytesOf(value) : undefined;
}

const bytesIn: Record<string, number> = { kb: 1e3, mb: 1e6, gb: 1e9 };

/** Decimal, as the table and the reports have it. */
function bytesOf(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmg]b)$/i.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * (bytesIn[unit.toLowerCase()] ?? Number.NaN);
}

function offsetOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] } | null)?.range?.[0];
}
