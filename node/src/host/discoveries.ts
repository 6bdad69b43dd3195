import type { DiscoveryRequest } from '../control/api.js';
import type { DiscoveryAnswer } from '../control/host-api.js';
import { HttpError } from '../control/http-error.js';
import { packIds } from '../control/packed-ids.js';
import type { Host } from './host.js';

/** One discovery by a node of the host. @throws HttpError 404, or 503 when the node has not joined */
export async function runDiscovery(
  host: Host,
  { node: name, count = Number.POSITIVE_INFINITY, verify, cold }: DiscoveryRequest & { node: string },
  signal: AbortSignal,
): Promise<DiscoveryAnswer> {
  const node = host.node(name);
  if (!node.isJoined) throw new HttpError(503, `Node ${name} has not joined`);
  const { discovery } = node.dht;
  if (cold) discovery.forget();
  const startedAtMs = performance.now();
  const contacts = await discovery.discover({ count, verify, signal });
  const seconds = (performance.now() - startedAtMs) / 1000;
  return { nodes: packIds(contacts.map(({ id }) => id)), seconds };
}
