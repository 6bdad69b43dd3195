import { stringify } from 'yaml';
import type { Unit } from '../drivers/driver.js';
import { formatDuration, formatSize } from './amounts.js';
import { containerNameOf, prefixOf } from './identity.js';
import { escapeDollars } from './interpolate.js';
import type { PublishedPort, Service } from './service.js';
import { networkOf, type Shape, serviceOf } from './service-of.js';

/** How every file that is written here begins: only such a file is written over. */
export function heading(network: string): string {
  return `# Written by cqkd compose for network ${network}.\n`;
}

/** Containers that Compose 1 works on at a time unless told otherwise. */
const parallelLimit = 64;

const tokenVariable = 'CQKD_TOKEN';
/** Stands in the file where the token belongs; Compose takes it from the file .env. */
const tokenReference = `\${${tokenVariable}:?it is in the file .env beside this one}`;

export interface RenderOptions {
  network: string;
  /** The coordinator and all hosts. */
  units: readonly Unit[];
  shape: Shape;
}

/**
 * A whole deployment as one Compose file, which `docker compose up` runs as `cqkd deploy` would: same names, labels,
 * addresses and limits. The same input gives the same text.
 *
 * It holds no secret: the token is in the file that `renderVariables` answers.
 *
 * @throws UsageError when a template can't be used
 */
export function renderCompose({ network, units, shape }: RenderOptions): string {
  const { key, subnet, internal, ...definition } = networkOf(network, shape);
  const services = units.map((unit) => {
    const service = serviceOf(unit, tokenReference, shape);
    return [unit.name, { container_name: containerNameOf(network, unit.name), ...composeOf(service) }];
  });
  const document = {
    services: Object.fromEntries(services),
    networks: {
      [key]: withoutEmpty({ ...definition, ...(internal && { internal }), ipam: { config: [{ subnet }] } }),
    },
  };
  const body = stringify(escapeAll(document), {
    // Every reader of YAML takes a quoted text for a text.
    version: '1.1',
    defaultStringType: 'QUOTE_SINGLE',
    defaultKeyType: 'PLAIN',
    aliasDuplicateObjects: false,
    lineWidth: 0,
  });
  return `${heading(network)}# Start it in this folder: docker compose up -d\n${body}`;
}

/**
 * The file .env beside the Compose file: the name of the project, and the token.
 *
 * Compose 1 counts services and their containers against one limit, and never ends when the services alone fill it.
 *
 * @param services how many the Compose file has
 */
export function renderVariables(network: string, token: string, services: number): string {
  const lines = [
    `# ${tokenVariable} opens the control API of the network: keep it to yourself.`,
    `COMPOSE_PROJECT_NAME=${prefixOf(network)}`,
    `COMPOSE_PARALLEL_LIMIT=${services + parallelLimit}`,
    `${tokenVariable}=${token}`,
    '',
  ];
  return heading(network) + lines.join('\n');
}

/** A service as Compose reads it: `parseService` turns it back into the same. */
export function composeOf(service: Service): Record<string, unknown> {
  const { read_only, mem_limit, memswap_limit, cpus, pids_limit, stop_grace_period, ports, ...rest } =
    service;
  return withoutEmpty({
    ...rest,
    ...(read_only && { read_only }),
    ...(mem_limit > 0 && { mem_limit: formatSize(mem_limit) }),
    ...(memswap_limit !== undefined && { memswap_limit: memswap_limit < 0 ? -1 : formatSize(memswap_limit) }),
    ...(cpus > 0 && { cpus }),
    ...(pids_limit > 0 && { pids_limit }),
    ...(stop_grace_period !== undefined && { stop_grace_period: formatDuration(stop_grace_period) }),
    ports: ports.map(portOf),
  });
}

function portOf({ host_ip, published, target, protocol }: PublishedPort): string {
  const address = host_ip.includes(':') ? `[${host_ip}]` : host_ip;
  return `${address}:${published || ''}:${target}/${protocol}`;
}

/** Leaves out what says nothing: empty lists and maps. */
function withoutEmpty(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

/** What stands in a Compose file is read for variables: all dollars are escaped but those of the token's place. */
function escapeAll(value: unknown): unknown {
  if (typeof value === 'string')
    return escapeDollars(value).replaceAll(escapeDollars(tokenReference), tokenReference);
  if (Array.isArray(value)) return value.map(escapeAll);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, escapeAll(each)]));
}
