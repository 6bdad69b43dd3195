import type { NodeReport, ReachabilityMeasurement, ReachabilityRequest } from '../../control/api.js';
import type { PingBatch, PingBatchAnswer } from '../../control/host-api.js';
import { HttpError } from '../../control/http-error.js';
import type { Network } from '../network.js';
import type { HostRecord } from '../registry.js';
import type { PlacedNode } from './measuring.js';

/** Nodes of each group that ping and are pinged. */
const SAMPLE = 2;
const TIMEOUT_MS = 60_000;
/** How often it is looked whether a host that does not answer is lost meanwhile: then nothing is waited for. */
const LOOK_MS = 250;

/** A node where it is, or was. */
interface SampledNode extends PlacedNode {
  /** It has joined, and its host is up. */
  isAskable: boolean;
}

interface Group {
  name: string;
  sample: SampledNode[];
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
  return registry.hosts.map((host) => {
    const joined = host.nodes.filter((node) => node.state === 'joined');
    return { name: host.name, sample: spread(sampled(host, joined)) };
  });
}

function groupsOf({ registry }: Network, groups: readonly (readonly string[])[]): Group[] {
  const all = registry.hosts.flatMap((host) => sampled(host, host.nodes));
  const nodes = new Map(all.map((node) => [node.name, node]));
  return groups.map((names, index) => ({
    name: String(index),
    sample: spread(names.flatMap((name) => nodes.get(name) ?? [])),
  }));
}

function sampled({ name, state }: HostRecord, nodes: readonly NodeReport[]): SampledNode[] {
  return nodes.map((node) => ({
    ...node,
    host: name,
    isAskable: state === 'up' && node.state === 'joined',
  }));
}

/** What share of the pings from one group to each is answered; a node that can't be asked gets no answers. */
async function rowOf(
  network: Network,
  from: Group,
  groups: readonly Group[],
  signal: AbortSignal,
): Promise<number[]> {
  const to = groups.flatMap(({ sample }) => sample).map(({ id, address, port }) => ({ id, address, port }));
  const askable = from.sample.filter(({ isAskable }) => isAskable);
  const mute = from.sample.filter(({ isAskable }) => !isAskable);
  const hosts = [...new Set(askable.map(({ host }) => host))];
  const answers = await Promise.all(
    hosts.map((host) => {
      const names = askable.filter((node) => node.host === host).map(({ name }) => name);
      return pingBy(network, host, { from: names, to }, signal);
    }),
  );
  const reached = answers.filter((answer) => answer !== undefined);
  const silence = mute.map(
    (node): PingBatchAnswer => ({
      answered: to.map(() => 0),
      asked: to.map(({ id }) => (id === node.id ? 0 : 1)),
    }),
  );
  let at = 0;
  return groups.map(({ sample }) => {
    const start = at;
    at += sample.length;
    return reached.length === 0 ? 0 : share([...reached, ...silence], start, at);
  });
}

/** @returns undefined when the host can't be reached, or is lost meanwhile */
async function pingBy(
  { fanOut, registry }: Network,
  host: string,
  body: PingBatch,
  signal: AbortSignal,
): Promise<PingBatchAnswer | undefined> {
  const lost = new AbortController();
  const watch = setInterval(() => {
    if (registry.host(host)?.state !== 'up') lost.abort();
  }, LOOK_MS);
  try {
    return await fanOut.call<PingBatchAnswer>(host, 'POST', '/v1/pings', {
      body,
      timeoutMs: TIMEOUT_MS,
      signal: AbortSignal.any([signal, lost.signal]),
    });
  } catch (error) {
    if (error instanceof HttpError) return undefined;
    throw error;
  } finally {
    clearInterval(watch);
  }
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
function spread(nodes: readonly SampledNode[]): SampledNode[] {
  const count = Math.min(SAMPLE, nodes.length);
  return Array.from(
    { length: count },
    (_, index) => nodes[Math.floor((index * nodes.length) / count)] as SampledNode,
  );
}
