import { type HostSpec, regionRange, type Settings } from '@cqkd/node/control';
import { UsageError } from '../errors.js';
import { addressAt } from './address-block.js';
import { type Ground, portOffsetOf } from './ground.js';

/** Last port of the range that the default range extends to. */
const extendedMaxPort = 8999;

/** Where workers get their ports from. */
export interface WorkerPorts {
  min: number;
  max: number;
  /** Workers to an address. */
  perAddress: number;
  /** The highest port that a worker whose own is taken may fall back to. */
  spareMax: number;
  extended: boolean;
}

/**
 * The port range for this many workers.
 *
 * The default range extends to 8999 above what it holds; a range that was given stays as it is, and the workers
 * beyond it go to the next address.
 */
export function workerPorts(
  workers: number,
  settings: Settings,
  given: Readonly<Record<string, string>>,
  ground: Ground,
): WorkerPorts {
  const offset = portOffsetOf(ground);
  if (!settings.enable_dynamic_ports) {
    const port = settings.fallback_static_port + offset;
    return { min: port, max: port, perAddress: 1, spareMax: port, extended: false };
  }
  const min = settings.base_port;
  const fixed = Object.hasOwn(given, 'max_port');
  const extended = !fixed && workers > settings.max_port - min + 1;
  const max = extended ? extendedMaxPort : settings.max_port;
  const spareMax = fixed ? max : extendedMaxPort;
  if (spareMax + offset > 65_535)
    throw new UsageError(`MAX_PORT takes at most ${65_535 - offset} here, got ${max}`);
  return {
    min: min + offset,
    max: max + offset,
    perAddress: max - min + 1,
    spareMax: spareMax + offset,
    extended,
  };
}

/** Address and port of worker `number` (1 and up); in a subnet its host will have the address. */
export function workerPlace(number: number, ports: WorkerPorts, ground: Ground) {
  const index = number - 1;
  const position = Math.floor(index / ports.perAddress);
  return {
    address: ground.kind === 'loopback' ? addressAt(ground.block, position) : '',
    port: ports.min + (index % ports.perAddress),
  };
}

/**
 * Where workers of each region look for a port when their own is taken: each region has its part of the ports that no
 * worker prefers, so that hosts of different regions do not meet when they fall back at once.
 */
export function spareSpaces(
  workers: readonly { region: string }[],
  ports: WorkerPorts,
): (region: string) => HostSpec['ports'] {
  const regions = [...new Set(workers.map((worker) => worker.region))];
  const spareFrom = ports.min + Math.min(workers.length, ports.perAddress);
  const space = { min: ports.min, max: ports.spareMax, spareFrom };
  const spare = { min: spareFrom, max: ports.spareMax };
  return (region) => {
    const position = regions.indexOf(region);
    if (position < 0 || spare.min > spare.max) return space;
    return { ...space, home: regionRange(spare, position, regions.length) };
  };
}

/** @throws UsageError when a worker could be given the port of a bootstrap node or of an endpoint */
export function checkReserved(ports: WorkerPorts, reserved: readonly number[]): void {
  const taken = reserved.filter((port) => port >= ports.min && port <= ports.spareMax);
  if (taken.length === 0) return;
  throw new UsageError(
    `The worker ports ${ports.min}-${ports.spareMax} hold port ${Math.min(...taken)} of a bootstrap node or endpoint: ` +
      'set BASE_PORT and MAX_PORT (without dynamic ports FALLBACK_STATIC_PORT) to others',
  );
}
