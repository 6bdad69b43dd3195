import { environmentName, nodesOf, settingNames, tiersOf } from '@cqkd/node/control';
import type { Unit } from '../drivers/driver.js';
import { UsageError } from '../errors.js';
import { networkLabels, networkNameOf, unitLabels } from './identity.js';
import type { Variables } from './interpolate.js';
import type { NetworkDefinition } from './network-definition.js';
import type { Service } from './service.js';
import type { TemplateName, Templates } from './templates.js';

/** What the containers of a network have in common. */
export interface Shape {
  templates: Templates;
  /** The image of the nodes, where CQKD_IMAGE names no other one. */
  image: string;
  /** The subnet of the network, CIDR. */
  subnet: string;
  /** The environment of the user, which templates may refer to. */
  variables: Variables;
}

/** Least and per node, for a container of nodes. Bytes. */
const minMemoryBytes = 256 * 2 ** 20;
const memoryBytesPerNode = 1.5 * 2 ** 20;

/** What a node that runs alone is told; a host has all of it in its spec, and does not look at them. */
const variablesOfSingleNode: ReadonlySet<string> = new Set([
  'DHT_PORT',
  'NODE_ID',
  'WORKER_ID',
  'BOOTSTRAP_LEVEL',
  'BOOTSTRAP_NODES',
  'REGION',
  'MAX_CONNECTIONS',
  ...settingNames.map(environmentName),
]);

/**
 * The container of a unit: the template of its tier with the variables filled in, and what makes it this unit, whatever
 * the template says: spec, token, address, labels.
 *
 * @throws UsageError when the template can't be used
 */
export function serviceOf(unit: Unit, token: string, shape: Shape): Service {
  const { spec } = unit;
  const handed = {
    [unit.kind === 'coordinator' ? 'CQKD_COORDINATOR' : 'CQKD_HOST']: JSON.stringify(spec),
    CQKD_TOKEN: token,
  };
  const variables = {
    ...variablesOf(spec.network, shape),
    ...handed,
    CQKD_ADDRESS: spec.address,
    CQKD_PORT: String(spec.control.port),
    CQKD_MEMORY: String(memoryLimitOf(unit)),
    // A node that ends on its own must be seen to be dead.
    CQKD_RESTART: 'no',
  };
  const service = shape.templates.service(templateOf(unit), variables);
  const environment = Object.entries(service.environment).filter(
    ([name]) => !variablesOfSingleNode.has(name),
  );
  if (unit.kind === 'coordinator') requirePublished(service, spec.control.port);
  return {
    ...service,
    ...(!service.entrypoint && { entrypoint: entrypointOf(unit) }),
    environment: { ...Object.fromEntries(environment), ...handed },
    labels: { ...service.labels, ...unitLabels(unit) },
    networks: { [shape.templates.networkKey]: { ipv4_address: spec.address } },
  };
}

/** The network that the containers share. @throws UsageError when its template can't be used */
export function networkOf(network: string, shape: Shape): NetworkDefinition {
  const definition = shape.templates.network(variablesOf(network, shape));
  return {
    ...definition,
    name: networkNameOf(network),
    subnet: shape.subnet,
    labels: { ...definition.labels, ...networkLabels(network) },
  };
}

/** The coordinator is all that a command line speaks to. */
function requirePublished({ ports }: Service, port: number): void {
  if (ports.some(({ target, published }) => target === port && published === port)) return;
  throw new UsageError(
    'coordinator.yml must publish the port that the plan chose: ports takes 127.0.0.1:$CQKD_PORT:$CQKD_PORT',
  );
}

function variablesOf(network: string, { variables, image, subnet }: Shape): Variables {
  return {
    ...variables,
    CQKD_IMAGE: variables.CQKD_IMAGE?.trim() || image,
    CQKD_NETWORK_NAME: networkNameOf(network),
    CQKD_SUBNET: subnet,
  };
}

/** The program of the image, as its own entry point has it, with the flags of this unit. */
function entrypointOf({ flags = [] }: Unit): string[] {
  return ['/usr/local/bin/node', ...flags, '--no-warnings', '/cqkd/cqkd-node.cjs'];
}

/** Memory that a host may use: some 0.4 MB a node under load, and room for the values that it stores. Bytes. */
function memoryLimitOf({ spec }: Unit): number {
  const nodes = 'groups' in spec ? nodesOf(spec).length : 0;
  return Math.max(minMemoryBytes, nodes * memoryBytesPerNode);
}

/** Name of the template of a unit: that of its tier, or the one for hosts of several tiers. */
function templateOf({ spec }: Unit): TemplateName {
  if (!('groups' in spec)) return 'coordinator';
  const [tier, ...others] = tiersOf(spec);
  return tier === undefined || others.length > 0 ? 'shared' : tier;
}
