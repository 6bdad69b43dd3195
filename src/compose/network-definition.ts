import type { Variables } from './interpolate.js';
import { fillIn } from './parse-service.js';
import type { Place } from './place.js';
import { flag, known, listOf, text, textMap } from './values.js';

/** The network of a deployment: a network of a Compose file with its variables filled in. */
export interface NetworkDefinition {
  /** What the services of the files call it. */
  key: string;
  /** Its name in the engine. */
  name: string;
  driver: string;
  driver_opts: Record<string, string>;
  /** No way out of it; then no port can be published either. */
  internal: boolean;
  labels: Record<string, string>;
  /** CIDR. */
  subnet: string;
}

/** @throws UsageError that names file, network and key */
export function parseNetwork(raw: unknown, place: Place, variables: Variables): NetworkDefinition {
  const keys = ['name', 'driver', 'driver_opts', 'internal', 'labels', 'ipam'];
  const fields = known(fillIn(raw, place, variables) ?? {}, place, keys);
  const ipam = known(fields.ipam ?? {}, place.at('ipam'), ['driver', 'config']);
  const at = place.at('ipam').at('config');
  const [config, ...others] = listOf((each, where) => known(each, where, ['subnet']))(ipam.config ?? [], at);
  if (!config || others.length > 0) throw at.takes('one subnet', ipam.config);
  return {
    key: place.name,
    name: text(fields.name, place.at('name')),
    driver: text(fields.driver ?? 'bridge', place.at('driver')),
    driver_opts: textMap(fields.driver_opts ?? {}, place.at('driver_opts')),
    internal: flag(fields.internal ?? false, place.at('internal')),
    labels: textMap(fields.labels ?? {}, place.at('labels')),
    subnet: text(config.subnet, at.at('subnet')),
  };
}
