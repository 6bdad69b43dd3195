import { nearest } from '@cqkd/harness';
import * as z from 'zod/mini';
import { conditionsSchema, steady } from './conditions.js';
import { parseFault } from './fault-step.js';
import { durationField } from './fields.js';
import { shown } from './issue-text.js';
import type { Reader } from './reader.js';
import { repeated } from './repeat.js';
import type { Doing, Step } from './scenario.js';
import type { Path } from './source.js';
import { titleOf } from './title.js';

const number = z.int().check(z.gte(1));
const workers = number.check(z.lte(20_000));
/** In place of the verb, so that a step can say what it is for. */
const title = z.optional(z.string().check(z.minLength(1)));

const loadSchema = z.strictObject({
  kind: z._default(z.enum(['lookup', 'store']), 'lookup'),
  operations: z._default(number.check(z.lte(10_000)), 500),
  concurrency: z._default(number.check(z.lte(1000)), 50),
});

/** What a step of each verb takes besides, by itself as plain data. */
const schemas = {
  wait: z.strictObject({ wait: durationField(), title }),
  until: z.strictObject({
    until: z.unknown(),
    within: z.optional(durationField()),
    title,
  }),
  check: z.strictObject({ check: z.unknown(), title }),
  load: z.strictObject({ load: loadSchema, title }),
  join: z.strictObject({ join: number.check(z.lte(1000)), title }),
  heal: z.strictObject({ heal: z.literal('all'), title }),
  scale: z.strictObject({ scale: z.unknown(), title }),
};

type Plain = keyof typeof schemas;

/** Every verb; a step has one of them. */
export const verbs = ['fault', 'wait', 'until', 'check', 'load', 'join', 'heal', 'scale', 'repeat'] as const;
/** What can be done while a fault is on. */
const meanwhileVerbs: readonly string[] = ['wait', 'check', 'load', 'join'];

/** How long is waited for something by default. Seconds. */
const defaultWithinSeconds = 60;

/** Steps with all their repetitions: a scenario ends some day. */
export const mostSteps = 500;

export interface StepsContext {
  reader: Reader;
  /** How many steps may still come. */
  budget: { left: number };
  /** Inside of a fault. */
  meanwhile?: true;
}

/** Reads a list of steps; what is wrong with them is told to the reader. */
export function parseSteps(raw: unknown, path: Path, context: StepsContext): Step[] {
  const { reader } = context;
  if (!Array.isArray(raw) || raw.length === 0) {
    reader.wrong(path, `${path.at(-1)} takes a list of steps; got ${shown(raw ?? 'nothing')}`);
    return [];
  }
  return raw.flatMap((each, index) => parseStep(each, [...path, index], context));
}

function parseStep(raw: unknown, path: Path, context: StepsContext): Step[] {
  const { reader, budget } = context;
  if (budget.left === 0) {
    reader.wrong(['steps'], `steps takes ${mostSteps} at most, repeated ones as often: make it shorter`);
    return [];
  }
  budget.left--;
  const verb = verbOf(raw, path, context);
  if (!verb) return [];
  const step = raw as Record<string, unknown>;
  if (verb !== 'repeat') requireNoNames(step, path, reader);
  if (verb === 'repeat') {
    return repeated(step, path, reader).flatMap((steps) =>
      parseSteps(steps, [...path, 'repeat', 'steps'], context),
    );
  }
  const action =
    verb === 'fault'
      ? parseFault(step, path, reader, (meanwhile) =>
          parseSteps(meanwhile, [...path, 'meanwhile'], { ...context, meanwhile: true }),
        )
      : parsePlain(verb, step, path, reader);
  if (!action) return [];
  const given = typeof step.title === 'string' ? step.title : titleOf(action);
  return [{ ...action, title: given, line: reader.lineOf(path) }];
}

/** A name that is left is one that no `repeat` around it has. */
function requireNoNames(step: object, path: Path, reader: Reader): void {
  for (const [key, value] of Object.entries(step)) {
    const [name] = (typeof value === 'string' && /\$[a-z]\w*/i.exec(value)) || [];
    if (name !== undefined)
      reader.wrong([...path, key], `${key} has ${name}, which is no name of an each around it`);
  }
}

/** The one verb of a step. */
function verbOf(
  raw: unknown,
  path: Path,
  { reader, meanwhile }: StepsContext,
): (typeof verbs)[number] | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    reader.wrong(path, `a step is a verb with what it takes, like "wait: 10s"; got ${shown(raw)}`);
    return undefined;
  }
  const keys = Object.keys(raw);
  const found = verbs.filter((verb) => keys.includes(verb));
  const [verb] = found;
  if (verb === undefined) {
    const like = keys[0] === undefined ? '' : `; got ${keys[0]}, the nearest is ${nearest(keys[0], verbs)}`;
    reader.wrong(path, `a step has one of ${verbs.join(', ')}${like}`);
    return undefined;
  }
  if (found.length > 1) {
    reader.wrong(
      [...path, found[1] as string],
      `a step has one verb; got ${found.join(' and ')}: make them ${found.length} steps`,
    );
    return undefined;
  }
  if (meanwhile && !meanwhileVerbs.includes(verb)) {
    reader.wrong([...path, verb], `meanwhile takes ${meanwhileVerbs.join(', ')}; got ${verb}`);
    return undefined;
  }
  return verb;
}

function parsePlain(verb: Plain, raw: object, path: Path, reader: Reader): Doing | undefined {
  const read = <V extends Plain>(which: V) =>
    reader.read(schemas[which] as z.ZodMiniType, raw, path) as z.infer<(typeof schemas)[V]> | undefined;
  switch (verb) {
    case 'wait': {
      const step = read('wait');
      return step && { verb, seconds: step.wait };
    }
    case 'until': {
      const step = read('until');
      const conditions = step && conditionsOf(step.until, [...path, 'until'], reader);
      return conditions && { verb, conditions, withinSeconds: step.within ?? defaultWithinSeconds };
    }
    case 'check': {
      const step = read('check');
      const conditions = step && conditionsOf(step.check, [...path, 'check'], reader);
      return conditions && { verb, conditions };
    }
    case 'load': {
      const step = read('load');
      return step && { verb, ...step.load };
    }
    case 'join': {
      const step = read('join');
      return step && { verb, newcomers: step.join };
    }
    case 'heal':
      return read('heal') && { verb };
    case 'scale': {
      const step = read('scale');
      return step && scaleOf(step.scale, [...path, 'scale'], reader);
    }
  }
}

function conditionsOf(raw: unknown, path: Path, reader: Reader) {
  if (raw === 'steady') return steady;
  if (typeof raw === 'string') {
    reader.wrong(path, `${path.at(-1)} takes steady, or conditions like {recall: 0.99}; got ${shown(raw)}`);
    return undefined;
  }
  const conditions = reader.read(conditionsSchema, raw, path);
  if (!conditions || Object.keys(conditions).length > 0) return conditions;
  reader.wrong(
    path,
    `${path.at(-1)} takes at least one of ${Object.keys(conditionsSchema.def.shape).join(', ')}`,
  );
  return undefined;
}

function scaleOf(raw: unknown, path: Path, reader: Reader): Doing | undefined {
  if (typeof raw === 'object' && raw !== null) {
    const scale = reader.read(z.strictObject({ atLeast: workers }), raw, path);
    return scale && { verb: 'scale', workers: scale.atLeast, atLeast: true };
  }
  const scale = reader.read(workers, raw, path);
  return scale === undefined ? undefined : { verb: 'scale', workers: scale, atLeast: false };
}
