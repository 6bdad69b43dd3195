import type { DiscoveryMeasurement } from '../../control/api.js';
import { HttpError } from '../../control/http-error.js';
import { discover } from '../../discovery/discover.js';
import type { Network } from '../network.js';

/** The time counts until this share of the workers alive is found. */
const ENOUGH_SHARE = 0.95;

/**
 * A fresh node, which knows the bootstrap nodes only, looks for all workers.
 *
 * Its own bootstrap counts into the time. A worker counts as found when it has answered.
 */
export async function measureDiscovery(network: Network, signal: AbortSignal): Promise<DiscoveryMeasurement> {
  const workers = network.registry.liveNodes.filter((node) => node.tier === 'worker');
  if (workers.length === 0) throw new HttpError(503, 'No worker has joined yet');
  const wanted = new Set(workers.map((node) => node.id));
  const enough = Math.ceil(wanted.size * ENOUGH_SHARE);
  const measurement: DiscoveryMeasurement = {
    seconds: null,
    totalSeconds: 0,
    found: 0,
    alive: wanted.size,
    successPercent: 0,
  };

  await network.gateway.withFreshNode(async (node) => {
    const startedAtMs = performance.now();
    const elapsed = () => (performance.now() - startedAtMs) / 1000;
    let met = 0;
    await node.join(signal);
    const contacts = await discover(node.kademlia, {
      count: Number.POSITIVE_INFINITY,
      signal,
      onFound: ({ id }) => {
        if (wanted.has(id.hex) && ++met === enough) measurement.seconds = elapsed();
      },
    });
    measurement.totalSeconds = elapsed();
    measurement.found = contacts.filter(({ id }) => wanted.has(id.hex)).length;
    return contacts;
  });
  if (measurement.found < enough) measurement.seconds = null;
  measurement.successPercent = (100 * measurement.found) / measurement.alive;
  return measurement;
}
