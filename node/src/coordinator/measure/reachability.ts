import type { NodeReport, ReachabilityMeasurement } from '../../control/api.js';
import type { PingBatchAnswer } from '../../control/host-api.js';
import { HttpError } from '../../control/http-error.js';
import type { Network } from '../network.js';

/** Nodes of each host that ping and are pinged. */
const SAMPLE = 2;
const TIMEOUT_MS = 60_000;

/** Which host's nodes can ping which host's nodes, by a sample of each. */
export async function measureReachability(
  network: Network,
  signal: AbortSignal,
): Promise<ReachabilityMeasurement> {
  const hosts = network.registry.hosts;
  if (hosts.length === 0) throw new HttpError(503, 'No host has reported yet');
  const samples = hosts.map((host) => spread(host.nodes.filter((node) => node.state === 'joined')));
  const to = samples.flat().map(({ id, address, port }) => ({ id, address, port }));

  const rows = await Promise.all(
    hosts.map(async (host, row) => {
      const from = (samples[row] as NodeReport[]).map((node) => node.name);
      try {
        const options = { body: { from, to }, timeoutMs: TIMEOUT_MS, signal };
        return await network.fanOut.call<PingBatchAnswer>(host.name, 'POST', '/v1/pings', options);
      } catch (error) {
        if (error instanceof HttpError) return undefined;
        throw error;
      }
    }),
  );
  const matrix = rows.map((answer) => {
    let at = 0;
    return samples.map((sample) => {
      const start = at;
      at += sample.length;
      return answer ? share(answer, start, at) : 0;
    });
  });
  const unreachable = matrix.flat().filter((value) => value === 0).length;
  return { hosts: hosts.map((host) => host.name), matrix, unreachable };
}

/** A node does not ping itself: a host with one node reaches itself. */
function share({ answered, asked }: PingBatchAnswer, start: number, end: number): number {
  if (start === end) return 0;
  const sum = (counts: number[]) => counts.slice(start, end).reduce((total, count) => total + count, 0);
  return sum(asked) === 0 ? 1 : sum(answered) / sum(asked);
}

/** A few nodes, evenly spread over the list. */
function spread(nodes: readonly NodeReport[]): NodeReport[] {
  const count = Math.min(SAMPLE, nodes.length);
  return Array.from(
    { length: count },
    (_, index) => nodes[Math.floor((index * nodes.length) / count)] as NodeReport,
  );
}
