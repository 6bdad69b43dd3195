import type { ReachabilityMeasurement, ReachabilityRequest } from '../../control/api.js';
import type { PingBatchAnswer } from '../../control/host-api.js';
import { HttpError } from '../../control/http-error.js';
import type { Network } from '../network.js';
import { askableNodes, type PlacedNode } from './measuring.js';

/** Nodes of each group that ping and are pinged. */
const SAMPLE = 2;
const TIMEOUT_MS = 60_000;

interface Group {
  name: string;
  sample: PlacedNode[];
}

/** Which group's nodes can ping which group's nodes, by a sample of each; without groups those of each host are one. */
export async function measureReachability(
  network: Network,
  request: ReachabilityRequest | undefined,
  signal: AbortSignal,
): Promise<ReachabilityMeasurement> {
  const { registry } = network;
  if (registry.hosts.length === 0) throw new HttpError(503, 'No host has reported yet');
  const groups = request ? groupsOf(network, request.groups) : hostsOf(network);
  const matrix = await Promise.all(groups.map((from) => rowOf(network, from, groups, signal)));
  const unreachable = matrix.flat().filter((value) => value === 0).length;
  return { hosts: groups.map(({ name }) => name), matrix, unreachable };
}

function hostsOf({ registry }: Network): Group[] {
  return registry.hosts.map(({ name, nodes }) => {
    const joined = nodes.filter((node) => node.state === 'joined');
    return { name, sample: spread(joined.map((node) => ({ ...node, host: name }))) };
  });
}

function groupsOf(network: Network, groups: readonly (readonly string[])[]): Group[] {
  const nodes = new Map(askableNodes(network).map((node) => [node.name, node]));
  return groups.map((names, index) => ({
    name: String(index),
    sample: spread(names.flatMap((name) => nodes.get(name) ?? [])),
  }));
}

/** What share of the pings from one group to each is answered. */
async function rowOf(
  network: Network,
  from: Group,
  groups: readonly Group[],
  signal: AbortSignal,
): Promise<number[]> {
  const to = groups.flatMap(({ sample }) => sample).map(({ id, address, port }) => ({ id, address, port }));
  const hosts = [...new Set(from.sample.map(({ host }) => host))];
  const answers = await Promise.all(
    hosts.map(async (host) => {
      const names = from.sample.filter((node) => node.host === host).map(({ name }) => name);
      try {
        const options = { body: { from: names, to }, timeoutMs: TIMEOUT_MS, signal };
        return await network.fanOut.call<PingBatchAnswer>(host, 'POST', '/v1/pings', options);
      } catch (error) {
        if (error instanceof HttpError) return undefined;
        throw error;
      }
    }),
  );
  const reached = answers.filter((answer) => answer !== undefined);
  let at = 0;
  return groups.map(({ sample }) => {
    const start = at;
    at += sample.length;
    return reached.length === 0 ? 0 : share(reached, start, at);
  });
}

/** A node does not ping itself: a host with one node reaches itself. */
function share(answers: readonly PingBatchAnswer[], start: number, end: number): number {
  if (start === end) return 0;
  const sum = (kind: keyof PingBatchAnswer) =>
    answers.flatMap((answer) => answer[kind].slice(start, end)).reduce((total, count) => total + count, 0);
  const asked = sum('asked');
  return asked === 0 ? 1 : sum('answered') / asked;
}

/** A few nodes, evenly spread over the list. */
function spread(nodes: readonly PlacedNode[]): PlacedNode[] {
  const count = Math.min(SAMPLE, nodes.length);
  return Array.from(
    { length: count },
    (_, index) => nodes[Math.floor((index * nodes.length) / count)] as PlacedNode,
  );
}
