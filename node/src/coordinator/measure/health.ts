import type { HealthMeasurement } from '../../control/api.js';
import { HttpError } from '../../control/http-error.js';
import { sweep } from '../../health/checker.js';
import { NodeId } from '../../kademlia/id.js';
import type { Network } from '../network.js';
import { requireGateway } from './measuring.js';

const MAX_FAILURES = 50;

/** One sweep at the medium level of all nodes that should answer, those of lost hosts too. */
export async function measureHealth(network: Network, signal: AbortSignal): Promise<HealthMeasurement> {
  requireGateway(network);
  const { kademlia } = network.gateway;
  const nodes = network.registry.hosts.flatMap((host) =>
    host.nodes.filter((node) => node.state === 'joined'),
  );
  if (nodes.length === 0) throw new HttpError(503, 'No node of the network has joined yet');
  const names = new Map(nodes.map((node) => [node.id, node.name]));
  const contacts = nodes.map((node) =>
    kademlia.parts.book.get(NodeId.fromHex(node.id), node.address, node.port),
  );

  const startedAtMs = performance.now();
  const results = await sweep(kademlia, contacts, 'medium', signal);
  const seconds = (performance.now() - startedAtMs) / 1000;

  const count = (status: string) => results.filter((result) => result.status === status).length;
  const failures = results.filter((result) => result.status !== 'healthy');
  return {
    seconds,
    checked: results.length,
    healthy: count('healthy'),
    degraded: count('degraded'),
    unhealthy: count('unhealthy'),
    failures: failures.slice(0, MAX_FAILURES).map(({ contact }) => names.get(contact.id.hex) ?? ''),
  };
}
