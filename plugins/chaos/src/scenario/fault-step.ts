import { messageOf, nearest } from '@cqkd/harness';
import * as z from 'zod/mini';
import { type FaultName, faultNames, faultOf } from '../faults/index.js';
import { bytesOf, durationField, fieldsOf, isNumberField, secondsOf, shareOf } from './fields.js';
import { shown } from './issue-text.js';
import type { Reader } from './reader.js';
import type { FaultStep, Step } from './scenario.js';
import type { Path } from './source.js';

/** Longer faults are done in several steps. Seconds. */
const mostSeconds = 3600;
const defaultSeconds = 30;

/** What every fault takes besides its own parameters. */
const commonShape = {
  for: z.optional(durationField({ max: mostSeconds })),
  via: z.optional(z.enum(['kernel', 'node'])),
  anyway: z._default(z.boolean(), false),
  title: z.optional(z.string().check(z.minLength(1))),
};
const commonKeys = ['fault', 'meanwhile', ...Object.keys(commonShape)];
/** Those that cut, and so can do it in two ways. */
const cuts: readonly FaultName[] = ['partition', 'isolate'];

/** Endings of parameters that have a unit, and how they are written with it: `latencyMs` as `latency: 100ms`. */
const units = [
  { ending: 'Seconds', read: secondsOf },
  { ending: 'Ms', read: (value: unknown) => secondsOf(value) * 1000 },
  { ending: 'Bytes', read: bytesOf },
] as const;

/** @param stepsOf reads the steps of `meanwhile` */
export function parseFault(
  raw: Record<string, unknown>,
  path: Path,
  reader: Reader,
  stepsOf: (meanwhile: unknown) => Step[],
): FaultStep | undefined {
  const kind = faultNames.find((name) => name === raw.fault);
  if (!kind) {
    const like = typeof raw.fault === 'string' ? `, the nearest is ${nearest(raw.fault, faultNames)}` : '';
    reader.wrong(
      [...path, 'fault'],
      `fault takes one of ${faultNames.join(', ')}; got ${shown(raw.fault)}${like}`,
    );
    return undefined;
  }
  const given = Object.fromEntries(Object.entries(raw).filter(([key]) => key in commonShape));
  const common = reader.read(z.object(commonShape), given, path);
  const parameters = parametersOf(kind, raw, path, reader);
  const meanwhile = raw.meanwhile === undefined ? [] : stepsOf(raw.meanwhile);
  if (common?.via !== undefined && !cuts.includes(kind))
    reader.wrong([...path, 'via'], `via is for ${cuts.join(' and ')} only; got it with ${kind}`);
  if (!common || !parameters) return undefined;
  const { for: seconds = defaultSeconds, via, anyway } = common;
  return { verb: 'fault', kind, parameters, forSeconds: seconds, via, anyway, meanwhile };
}

/** The fault's own parameters, by its own schema. */
function parametersOf(kind: FaultName, raw: object, path: Path, reader: Reader): object | undefined {
  const schema = faultOf(kind).parameters;
  const fields = fieldsOf(schema);
  const read: Record<string, unknown> = {};
  const writtenAs: Record<string, string> = {};
  let isRight = true;
  for (const [key, value] of Object.entries(raw)) {
    if (commonKeys.includes(key)) continue;
    const field = fieldFor(key, fields);
    if (!field) {
      const others = commonKeys.filter((name) => name !== 'via' || cuts.includes(kind));
      reader.unknownKey([...path, key], [...Object.keys(fields).map(plainName), ...others.slice(1)]);
      isRight = false;
      continue;
    }
    try {
      read[field] = valueFor(field, key, value, fields);
    } catch (error) {
      reader.wrong([...path, key], `${key} ${messageOf(error)}; got ${shown(value)}`);
      isRight = false;
    }
    writtenAs[field] = key;
  }
  const parameters = reader.read(schema, read, path, { raw, names: writtenAs });
  return isRight ? parameters : undefined;
}

/** `latency` and `latencyMs` are the same. */
function fieldFor(key: string, fields: object): string | undefined {
  return Object.hasOwn(fields, key) ? key : Object.keys(fields).find((field) => plainName(field) === key);
}

function plainName(field: string): string {
  const ending = unitOf(field)?.ending ?? '';
  return field.slice(0, field.length - ending.length);
}

function unitOf(field: string) {
  return units.find(({ ending }) => field.endsWith(ending));
}

/** A bare number under the full name has its unit already. */
function valueFor(
  field: string,
  key: string,
  value: unknown,
  fields: Record<string, z.ZodMiniType>,
): unknown {
  const unit = unitOf(field);
  if (unit && (key !== field || typeof value === 'string')) return unit.read(value);
  const schema = fields[field];
  return typeof value === 'string' && schema && isNumberField(schema) ? shareOf(value) : value;
}
