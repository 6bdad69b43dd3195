import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EnvironmentError, messageOf, nearest, UsageError } from '@cqkd/harness';
import * as z from 'zod/mini';
import { durationField } from './fields.js';
import { Reader } from './reader.js';
import type { Scenario } from './scenario.js';
import { readText, Source } from './source.js';
import { mostSteps, parseSteps } from './steps.js';

/** The scenarios that come with the plugin, beside its sources and beside what is built of them. */
const shippedFolder = join(import.meta.dirname, '../../scenarios');
const ending = '.yaml';

const pairOf = (number: z.ZodMiniType<number>) => z.optional(z.tuple([number, number]));
const share = z.number().check(z.gte(0), z.lte(1));
const percent = z.number().check(z.gte(0), z.lte(100));
const workers = z.optional(z.int().check(z.gte(1)));

const scenarioSchema = z.strictObject({
  name: z.string().check(z.minLength(1)),
  description: z._default(z.string(), ''),
  seed: z.optional(z.int().check(z.gte(0), z.lte(2 ** 32 - 1))),
  workers: z._default(z.strictObject({ min: workers, max: workers }), {}),
  thresholds: z._default(
    z.strictObject({ recovery: pairOf(durationField()), recall: pairOf(share), store: pairOf(percent) }),
    {},
  ),
  steps: z.unknown(),
});

/** Names of the shipped scenarios. @throws EnvironmentError when they are missing */
export function shippedScenarios(): string[] {
  try {
    const files = readdirSync(shippedFolder).filter((file) => file.endsWith(ending));
    return files.map((file) => basename(file, ending)).sort();
  } catch (error) {
    throw new EnvironmentError(`The scenarios are missing: install cqkd again (${messageOf(error)})`);
  }
}

/** The shipped scenarios with what they are for. */
export function listScenarios() {
  return Promise.all(
    shippedScenarios().map(async (name) => {
      const { description, workers } = await loadScenario(name);
      return { name, description, workers };
    }),
  );
}

/**
 * Reads a scenario.
 *
 * @param what a file, or the name of a shipped one: a name has neither folder nor ending
 * @throws MistakesError with a line for each mistake in it; UsageError when there is none; EnvironmentError
 */
export async function loadScenario(what: string, signal?: AbortSignal): Promise<Scenario> {
  const file = /[/\\]|\.ya?ml$/i.test(what) ? what : shippedFile(what);
  return parseScenario(file, await readText(file, signal));
}

/** @param file for errors @throws MistakesError */
export function parseScenario(file: string, text: string): Scenario {
  const told = file.startsWith(shippedFolder) ? basename(file) : file;
  const source = Source.parse(told, text);
  const reader = new Reader(source, told);
  const head = reader.read(scenarioSchema, source.content, []);
  const { content } = source;
  const raw =
    typeof content === 'object' && content !== null && 'steps' in content ? content.steps : undefined;
  const isMap = typeof content === 'object' && content !== null && !Array.isArray(content);
  const budget = { left: mostSteps };
  const steps = isMap ? parseSteps(raw, ['steps'], { reader, budget }) : [];
  requireOrder(head?.thresholds, reader);
  reader.mistakes.throwIfAny();
  return { ...(head as NonNullable<typeof head>), file, steps };
}

function shippedFile(name: string): string {
  const names = shippedScenarios();
  if (names.includes(name)) return join(shippedFolder, `${name}${ending}`);
  throw new UsageError(
    `There is no scenario ${name}; the nearest is ${nearest(name, names)}. A file is named with its ending, like ./${name}${ending}`,
  );
}

/** The second of a pair is the laxer one. */
function requireOrder(thresholds: Scenario['thresholds'] | undefined, reader: Reader): void {
  for (const [name, pair] of Object.entries(thresholds ?? {})) {
    if (!pair) continue;
    const [target, limit] = pair;
    if (name === 'recovery' ? target <= limit : target >= limit) continue;
    reader.wrong(['thresholds', name], `${name} takes the better value first; got ${target}, ${limit}`);
  }
}
