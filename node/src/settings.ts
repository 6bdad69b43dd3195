import * as z from 'zod/mini';
import { type SettingDefinition, type SettingName, settingTable } from './setting-table.js';

export { type SettingDefinition, type SettingName, settingTable } from './setting-table.js';

/** What each kind of setting holds once it is parsed. */
interface ValueOf {
  boolean: boolean;
  integer: number;
  number: number;
  choice: string;
  choices: readonly string[];
  endpoints: readonly Endpoint[];
}

/** Where a node can be reached: an address or a name, and a UDP port. */
export interface Endpoint {
  host: string;
  port: number;
}

type Table = typeof settingTable;
type ChoiceOf<D> = D extends { choices: readonly (infer C)[] } ? C : never;
type ParsedValue<D extends SettingDefinition> = D['type'] extends 'choice'
  ? ChoiceOf<D>
  : D['type'] extends 'choices'
    ? readonly ChoiceOf<D>[]
    : ValueOf[D['type']];

/** Every setting, parsed; a setting without a default is null until it is given. */
export type Settings = {
  readonly [N in SettingName]: Table[N]['default'] extends null
    ? ParsedValue<Table[N]> | null
    : ParsedValue<Table[N]>;
};

/** A setting that can't be used; the message is one line that names it, its value and what it takes. */
export class SettingError extends Error {
  override name = 'SettingError';

  constructor(
    message: string,
    readonly setting: string,
  ) {
    super(message);
  }
}

/** A setting that doesn't exist. */
export class UnknownSettingError extends SettingError {
  override name = 'UnknownSettingError';

  constructor(setting: string) {
    super(`Unknown setting ${setting}`, setting);
  }
}

/** The five features that can be undone on their own, each by its flag. */
export const phases = [
  { number: 1, name: 'ports', flag: 'enable_dynamic_ports', title: 'dynamic ports' },
  { number: 2, name: 'bootstrap', flag: 'enable_multi_level_bootstrap', title: 'multi-level bootstrap' },
  { number: 3, name: 'kademlia', flag: 'enable_adaptive_kademlia', title: 'adaptive Kademlia' },
  { number: 4, name: 'health', flag: 'enable_health_check', title: 'health check' },
  { number: 5, name: 'refresh', flag: 'enable_adaptive_refresh', title: 'adaptive refresh' },
] as const satisfies readonly { number: number; name: string; flag: SettingName; title: string }[];

export type Phase = (typeof phases)[number];

/** All names, in the order of the table. */
export const settingNames = Object.keys(settingTable) as SettingName[];

/** The name of a setting in the environment. */
export function environmentName(name: string): string {
  return name.toUpperCase();
}

/**
 * Turns text values (names in lower case) into the complete settings; what is not given has its default.
 *
 * With `legacy_compatibility_mode` the five flags are off, whatever was given for them.
 *
 * @param changed holds the names to blame first when two settings don't go together
 * @throws UnknownSettingError, SettingError
 */
export function parseSettings(
  values: Readonly<Record<string, string>> = {},
  changed: Readonly<Record<string, unknown>> = values,
): Settings {
  const parsed: Record<string, unknown> = {};
  for (const name of settingNames) {
    const text = Object.hasOwn(values, name) ? values[name] : undefined;
    parsed[name] = text === undefined ? defaultOf(name) : parseSetting(name, text);
  }
  for (const name of Object.keys(values)) {
    if (!isSettingName(name)) throw new UnknownSettingError(name);
  }
  if (parsed.legacy_compatibility_mode === true) {
    for (const phase of phases) parsed[phase.flag] = false;
  }
  const settings = parsed as Settings;
  checkOrder(settings, changed);
  return Object.freeze(settings);
}

/** The settings that an environment holds, as text by lower-case name: the input of `parseSettings`. */
export function settingsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of settingNames) {
    const text = environment[environmentName(name)];
    if (text !== undefined && text.trim() !== '') values[name] = text;
  }
  return values;
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingTable, name);
}

/** Settings as the text that `parseSettings` takes; null = not set. */
export function settingTexts(settings: Settings): Record<SettingName, string | null> {
  const texts = settingNames.map((name) => [name, textOf(settings[name])]);
  return Object.fromEntries(texts) as Record<SettingName, string | null>;
}

function textOf(value: Settings[SettingName]): string | null {
  if (value === null) return null;
  if (typeof value !== 'object') return String(value);
  return value.map((item) => (typeof item === 'string' ? item : endpointText(item))).join(',');
}

function endpointText({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What a setting takes, in words: for errors and documentation. */
export function describeValues(definition: SettingDefinition): string {
  switch (definition.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${definition.min} to ${definition.max}`;
    case 'number':
      return `a number from ${definition.min} to ${definition.max}`;
    case 'choice':
      return `one of ${definition.choices?.join(', ')}`;
    case 'choices':
      return `a list of ${definition.choices?.join(', ')}`;
    case 'endpoints':
      return 'a list of host:port, separated by commas';
  }
}

function defaultOf(name: SettingName): unknown {
  const definition: SettingDefinition = settingTable[name];
  return definition.default === null ? null : parseSetting(name, String(definition.default));
}

function parseSetting(name: SettingName, text: string): unknown {
  const definition: SettingDefinition = settingTable[name];
  const result = schemaOf(definition).safeParse(text.trim());
  if (result.success) return result.data;
  throw new SettingError(
    `${environmentName(name)} takes ${describeValues(definition)}, got ${JSON.stringify(text)}`,
    name,
  );
}

function schemaOf(definition: SettingDefinition): z.ZodMiniType<unknown> {
  const { min = -Infinity, max = Infinity } = definition;
  const choices = definition.choices as readonly [string, ...string[]];
  switch (definition.type) {
    case 'boolean':
      return z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] });
    case 'integer':
      return z.pipe(z.pipe(numberText(), z.transform(Number)), z.int().check(z.gte(min), z.lte(max)));
    case 'number':
      return z.pipe(z.pipe(numberText(), z.transform(Number)), z.number().check(z.gte(min), z.lte(max)));
    case 'choice':
      return z.pipe(lowerCase(), z.enum(choices));
    case 'choices':
      return z.pipe(listOf(lowerCase()), z.array(z.enum(choices)).check(z.minLength(1)));
    case 'endpoints':
      return z.pipe(listOf(z.string()), z.array(endpoint()).check(z.minLength(1)));
  }
}

function numberText() {
  return z.string().check(z.regex(/^-?\d+(\.\d+)?$/));
}

function lowerCase() {
  return z.pipe(
    z.string(),
    z.transform((text: string) => text.toLowerCase()),
  );
}

function listOf<T extends z.ZodMiniType<string, string>>(item: T) {
  return z.pipe(
    z.pipe(
      z.string(),
      z.transform((text: string) => text.split(',').map((part) => part.trim())),
    ),
    z.array(item),
  );
}

/** `host:port` as text; an IPv6 address stands in brackets. */
export function endpoint() {
  return z.pipe(
    z.pipe(
      z.string().check(z.regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):\d{1,5}$/)),
      z.transform((text: string) => {
        const colon = text.lastIndexOf(':');
        return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
      }),
    ),
    z.object({ host: z.string(), port: z.int().check(z.gte(1), z.lte(65535)) }),
  );
}

/** Pairs where the first must not be above the second. */
const ordered: readonly (readonly [SettingName, SettingName])[] = [
  ['base_port', 'max_port'],
  ['small_network_threshold', 'medium_network_threshold'],
  ['medium_network_threshold', 'large_network_threshold'],
  ['large_network_threshold', 'xlarge_network_threshold'],
  ['active_refresh_min_interval', 'stable_refresh_max_interval'],
];

function checkOrder(settings: Settings, changed: Readonly<Record<string, unknown>>): void {
  for (const [low, high] of ordered) {
    if (Number(settings[low]) <= Number(settings[high])) continue;
    const [blamed, bound, other] = Object.hasOwn(changed, low)
      ? [low, 'at most', high]
      : [high, 'at least', low];
    throw new SettingError(
      `${environmentName(blamed)} takes ${bound} ${environmentName(other)} (${settings[other]}), got ${settings[blamed]}`,
      blamed,
    );
  }
}
