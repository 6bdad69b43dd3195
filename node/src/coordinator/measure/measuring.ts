import type { NodeReport } from '../../control/api.js';
import { HttpError } from '../../control/http-error.js';
import { SeededRandom } from '../../wire/seeded-random.js';
import type { Network } from '../network.js';

/** A node with the host that runs it. */
export interface PlacedNode extends NodeReport {
  host: string;
}

/**
 * Nodes that can be asked: joined, on hosts that are up.
 *
 * @param among names of the only ones that come into question
 * @throws HttpError 503 when there are none
 */
export function askableNodes(network: Network, among?: readonly string[]): PlacedNode[] {
  const wanted = among && new Set(among);
  const nodes = network.registry.hosts.flatMap((host) =>
    host.state === 'up'
      ? host.nodes
          .filter((node) => node.state === 'joined' && (!wanted || wanted.has(node.name)))
          .map((node) => ({ ...node, host: host.name }))
      : [],
  );
  if (nodes.length === 0) throw new HttpError(503, 'No node of the network has joined yet');
  return nodes;
}

/** @throws HttpError 503 while the coordinator's own node has not joined */
export function requireGateway(network: Network): void {
  if (!network.gateway.isJoined) throw new HttpError(503, 'The coordinator has not joined the network yet');
}

/** A source of choices: by seed, or different each time. */
export function randomOf(seed: number | undefined): SeededRandom {
  return new SeededRandom(seed ?? Math.floor(Math.random() * 2 ** 32));
}

/** Splits jobs by host, and those of each host into chunks. */
export function chunksByHost<T extends { host: string }>(jobs: readonly T[], size: number): T[][] {
  const byHost = new Map<string, T[]>();
  const chunks: T[][] = [];
  for (const job of jobs) {
    let chunk = byHost.get(job.host);
    if (!chunk || chunk.length >= size) {
      chunk = [];
      byHost.set(job.host, chunk);
      chunks.push(chunk);
    }
    chunk.push(job);
  }
  return chunks;
}

/** Jobs that one lane hands to a host at a time: few calls, yet enough chunks to keep all lanes busy. */
export function chunkSize(count: number, lanes: number): number {
  return Math.max(1, Math.min(32, Math.floor(count / (lanes * 4))));
}
