import { regionsOf, tiersOf } from '@cqkd/node/control';
import type { Unit } from '../drivers/driver.js';

/** Labels that say whose a container or a network is: only what carries them is ever touched. */
export const labelNames = {
  network: 'io.cqkd.network',
  host: 'io.cqkd.host',
  tiers: 'io.cqkd.tiers',
  regions: 'io.cqkd.regions',
  kind: 'io.cqkd.kind',
  fault: 'io.cqkd.fault',
} as const;

/** Name of a network of cqkd in the engine. */
export function networkNameOf(network: string): string {
  return `${prefixOf(network)}-network`;
}

/** Name of the container of a unit. */
export function containerNameOf(network: string, unit: string): string {
  return `${prefixOf(network)}-${unit}`;
}

/** The labels of everything that belongs to a network. */
export function networkLabels(network: string): Record<string, string> {
  return { [labelNames.network]: network };
}

/** The labels of the container of a unit. */
export function unitLabels({ name, kind, spec }: Unit): Record<string, string> {
  return {
    ...networkLabels(spec.network),
    [labelNames.host]: name,
    [labelNames.tiers]: 'groups' in spec ? tiersOf(spec).join(',') : 'coordinator',
    ...('groups' in spec && { [labelNames.regions]: regionsOf(spec).join(',') }),
    [labelNames.kind]: kind,
  };
}

/** The kind of containers that are no units: they do something to a network from outside, and end by themselves. */
export const agentKind = 'agent';

/** The labels of an agent. @param fault id of the cut that it keeps up, if it does */
export function agentLabels(network: string, name: string, fault?: string): Record<string, string> {
  return {
    ...networkLabels(network),
    [labelNames.host]: name,
    [labelNames.kind]: agentKind,
    ...(fault !== undefined && { [labelNames.fault]: fault }),
  };
}

/** What the names of a network begin with, and the project of Compose; the default network has the short one. */
export function prefixOf(network: string): string {
  return network === 'cqkd' ? 'cqkd' : `cqkd-${network}`;
}
