import { InterpolationError, interpolate, type Variables } from './interpolate.js';
import type { Place } from './place.js';
import { publishedPort } from './ports.js';
import type { Service } from './service.js';
import {
  amount,
  assignments,
  duration,
  flag,
  known,
  listOf,
  mapOf,
  object,
  oneOf,
  type Reader,
  scalar,
  size,
  text,
  textMap,
  texts,
  wholeNumber,
  words,
} from './values.js';

/** Every key of a service that can be applied to a container, and how its value is read. */
const fields: { [K in keyof Service]-?: Reader<NonNullable<Service[K]>> } = {
  image: text,
  entrypoint: words,
  command: words,
  environment: textMap,
  labels: textMap,
  user: scalar,
  read_only: flag,
  tmpfs: texts,
  cap_drop: listOf(text),
  cap_add: listOf(text),
  security_opt: listOf(securityOption),
  mem_limit: size,
  memswap_limit: (value, place) => (String(value) === '-1' ? -1 : size(value, place)),
  cpus: amount,
  pids_limit: (value, place) => (String(value) === '-1' ? 0 : wholeNumber(0)(value, place)),
  logging: (value, place) => {
    const { driver, options = {} } = known(value, place, ['driver', 'options']);
    return {
      driver: text(driver, place.at('driver')),
      options: mapOf(scalar)(options, place.at('options')),
    };
  },
  ulimits: mapOf(ulimit),
  sysctls: textMap,
  init: flag,
  restart: oneOf('no', 'always', 'on-failure', 'unless-stopped'),
  stop_signal: text,
  stop_grace_period: duration,
  healthcheck: noHealthcheck,
  networks: (value, place) => {
    if (Array.isArray(value)) return Object.fromEntries(listOf(text)(value, place).map((name) => [name, {}]));
    return mapOf(attachment)(value, place);
  },
  ports: listOf(publishedPort),
};

/** What is wanted with other keys of Compose, and where that is had. */
const instead: Readonly<Record<string, string>> = {
  deploy: 'use mem_limit, cpus and pids_limit',
  volumes: 'nodes keep nothing on a disk; for scratch space use tmpfs',
  build: 'name an image that is there',
  container_name: 'the plan names the containers',
  depends_on: 'hosts start in any order',
};

/** A service as YAML has it, before its variables are filled in. */
export type RawService = Readonly<Record<string, unknown>>;

/**
 * Reads a service of a Compose file, with its variables filled in.
 *
 * A variable of `environment` that has no value is taken from `variables`, as Compose does.
 *
 * @throws UsageError that names file, service and key: for a value that is none, or a key that can't be applied
 */
export function parseService(raw: unknown, place: Place, variables: Variables): Service {
  const parsed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object(fillIn(raw, place, variables), place))) {
    if (key.startsWith('x-')) continue;
    const at = place.at(key);
    if (!isKnown(key)) throw at.error(unsupported(key));
    if (value === null && key !== 'environment') continue;
    parsed[key] = key === 'environment' ? environment(value, at, variables) : fields[key](value, at);
  }
  const { image, ...rest } = parsed as Partial<Service>;
  if (image === undefined) throw place.at('image').takes('the name of an image', undefined);
  return {
    image,
    environment: {},
    labels: {},
    read_only: false,
    tmpfs: [],
    cap_drop: [],
    cap_add: [],
    security_opt: [],
    mem_limit: 0,
    cpus: 0,
    pids_limit: 0,
    ulimits: {},
    sysctls: {},
    restart: 'no',
    networks: {},
    ports: [],
    ...rest,
  };
}

/** Fills the variables of every text in. @throws UsageError */
export function fillIn(value: unknown, place: Place, variables: Variables): unknown {
  if (typeof value === 'string') {
    try {
      return interpolate(value, variables);
    } catch (error) {
      if (error instanceof InterpolationError) throw place.error(error.message);
      throw error;
    }
  }
  if (Array.isArray(value)) return value.map((each, index) => fillIn(each, place.at(index), variables));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, each]) => [key, fillIn(each, place.at(key), variables)]));
}

function isKnown(key: string): key is keyof Service {
  return Object.hasOwn(fields, key);
}

function unsupported(key: string): string {
  const hint = Object.hasOwn(instead, key) ? instead[key] : 'leave it out';
  return `is not supported: ${hint}`;
}

function environment(value: unknown, place: Place, variables: Variables): Record<string, string> {
  const given = value === null ? {} : assignments(value, place);
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, said]) => {
      const resolved = said ?? variables[name];
      return resolved === undefined ? [] : [[name, resolved]];
    }),
  );
}

/** A profile of seccomp or AppArmor in a file would have to be where the engine is. */
function securityOption(value: unknown, place: Place): string {
  const option = text(value, place);
  if (!/^seccomp[:=](?!unconfined$)/.test(option)) return option;
  throw place.takes('seccomp:unconfined, or nothing for the profile of the engine', value);
}

/** Compose has two ways to switch the check of an image off; a check of its own would be a process in each container. */
function noHealthcheck(value: unknown, place: Place): { disable: boolean } {
  const { disable, test } = known(value, place, ['disable', 'test']);
  if (test === undefined) return { disable: flag(disable, place.at('disable')) };
  if (texts(test, place.at('test')).join(' ') === 'NONE') return { disable: true };
  throw place.at('test').takes('NONE, for no check', test);
}

function ulimit(value: unknown, place: Place): { soft: number; hard: number } {
  const limit = wholeNumber(-1);
  if (typeof value !== 'object') return { soft: limit(value, place), hard: limit(value, place) };
  const { soft, hard } = known(value, place, ['soft', 'hard']);
  return { soft: limit(soft, place.at('soft')), hard: limit(hard, place.at('hard')) };
}

function attachment(value: unknown, place: Place): { ipv4_address?: string } {
  const { ipv4_address } = known(value ?? {}, place, ['ipv4_address']);
  // What a variable that is not set stands for: any address that is free.
  if (ipv4_address === undefined || ipv4_address === '') return {};
  return { ipv4_address: text(ipv4_address, place.at('ipv4_address')) };
}
