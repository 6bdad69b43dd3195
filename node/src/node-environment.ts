import { type Endpoint, endpoint, SettingError, type Settings } from './settings.js';

/** Level of a bootstrap node. */
export type BootstrapLevel = 'super' | 'regional' | 'local';

/** What the variables of a single node say. */
export interface NodeEnvironment {
  port: number;
  /** NODE_ID, a name; the 160-bit id is its SHA-1. Null = a random id. */
  name: string | null;
  workerId: number;
  /** Null = a worker. */
  level: BootstrapLevel | null;
  /** Names are not resolved yet. */
  bootstrapNodes: Endpoint[];
  region: string;
  maxConnections: number;
}

/** Defaults by level: prefix of the name, port of the first node of its tier, connections. */
const levels = {
  super: { prefix: 'sb', port: 5678, maxConnections: 500 },
  regional: { prefix: 'rb', port: 5682, maxConnections: 250 },
  local: { prefix: 'lb', port: 5698, maxConnections: 50 },
} as const;

/** A worker answers as many attached nodes as a local node would. */
const workerMaxConnections = 50;

/**
 * Reads DHT_PORT, NODE_ID, WORKER_ID, BOOTSTRAP_LEVEL, BOOTSTRAP_NODES, REGION and MAX_CONNECTIONS.
 *
 * DHT_PORT wins over both values of `enable_dynamic_ports`; a variable that is empty counts as not set.
 *
 * @throws SettingError that names the variable, the value and what it takes
 */
export function parseNodeEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  settings: Settings,
): NodeEnvironment {
  const level = levelOf(environment);
  const workerId = integer(environment, 'WORKER_ID', 1, 1_000_000) ?? 1;
  const port = integer(environment, 'DHT_PORT', 1, 65535) ?? defaultPort(level, workerId, settings);
  const given = text(environment, 'NODE_ID');
  return {
    port,
    name: given ?? (level ? `${levels[level].prefix}-${port}` : null),
    workerId,
    level,
    bootstrapNodes: endpoints(environment, 'BOOTSTRAP_NODES'),
    region: text(environment, 'REGION') ?? 'default',
    maxConnections:
      integer(environment, 'MAX_CONNECTIONS', 1, 1_000_000) ??
      (level ? levels[level].maxConnections : workerMaxConnections),
  };
}

function defaultPort(level: BootstrapLevel | null, workerId: number, settings: Settings): number {
  if (level) return levels[level].port;
  if (!settings.enable_dynamic_ports) return settings.fallback_static_port;
  const size = settings.max_port - settings.base_port + 1;
  return settings.base_port + ((workerId - 1) % size);
}

function levelOf(environment: Readonly<Record<string, string | undefined>>): BootstrapLevel | null {
  const value = text(environment, 'BOOTSTRAP_LEVEL');
  if (value === undefined) return null;
  const level = value.toLowerCase();
  if (Object.hasOwn(levels, level)) return level as BootstrapLevel;
  throw bad('BOOTSTRAP_LEVEL', 'one of super, regional, local', value);
}

function text(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

function integer(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const value = text(environment, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw bad(name, `a whole number from ${min} to ${max}`, value);
}

function endpoints(environment: Readonly<Record<string, string | undefined>>, name: string): Endpoint[] {
  const value = text(environment, name);
  if (value === undefined) return [];
  return value.split(',').map((part) => {
    const result = endpoint().safeParse(part.trim());
    if (result.success) return result.data;
    throw bad(name, 'a list of host:port, separated by commas', value);
  });
}

function bad(name: string, takes: string, value: string): SettingError {
  return new SettingError(`${name} takes ${takes}, got ${JSON.stringify(value)}`, name);
}
