import type { DiscoveryMeasurement, DiscoveryRequest } from '../../control/api.js';
import type { DiscoveryAnswer } from '../../control/host-api.js';
import { HttpError, messageOf } from '../../control/http-error.js';
import { idKey, unpackIdKeys } from '../../control/packed-ids.js';
import { aborted } from '../../control/pause.js';
import type { DhtNode } from '../../dht-node.js';
import type { Contact } from '../../kademlia/contact.js';
import { NodeId } from '../../kademlia/id.js';
import type { Network } from '../network.js';
import { askableNodes, requireGateway } from './measuring.js';

/** The time counts until this share of the workers alive is found. */
const ENOUGH_SHARE = 0.95;
/** Of a discovery by a node of a host. Milliseconds. */
const TIMEOUT_MS = 120_000;
/** For a fresh node to join. Milliseconds. */
const JOIN_TIMEOUT_MS = 20_000;

type Found = Pick<DiscoveryMeasurement, 'seconds' | 'totalSeconds'> & {
  /** Keys of the nodes returned. */
  keys: string[];
};

/** What one discovery is given, wherever it runs. */
interface Task {
  request: DiscoveryRequest;
  /** Keys of the workers alive. */
  wanted: ReadonlySet<string>;
  /** Workers to be met before the time stops. */
  enough: number;
  signal: AbortSignal;
}

/**
 * A fresh node, which knows the bootstrap nodes only, looks for all workers; its own bootstrap counts into the time.
 * When a node is named, or `cold` is false, that node or the coordinator's own looks instead.
 *
 * What was returned is scored against the nodes that are alive.
 */
export async function measureDiscovery(
  network: Network,
  request: DiscoveryRequest,
  signal: AbortSignal,
): Promise<DiscoveryMeasurement> {
  const live = network.registry.liveNodes;
  const among = request.among && new Set(request.among);
  const workers = live.filter(({ name, tier }) => tier === 'worker' && (among?.has(name) ?? true));
  const wanted = new Set(workers.map(({ id }) => keyOf(id)));
  if (wanted.size === 0)
    throw new HttpError(503, among ? 'None of the workers named has joined' : 'No worker has joined yet');
  const all = request.count ?? Number.POSITIVE_INFINITY;
  const enough = Math.min(all, Math.ceil(wanted.size * ENOUGH_SHARE));
  const { keys, seconds, totalSeconds } = await discover(network, { request, wanted, enough, signal });

  const foreign = await network.foreign.look(signal);
  const others = [network.gateway.node.id, ...foreign.map(({ id }) => id)];
  const alive = new Set([...live.map((node) => keyOf(node.id)), ...others.map(idKey)]);
  const found = keys.filter((key) => wanted.has(key)).length;
  const healthy = keys.filter((key) => alive.has(key)).length;
  const complete = all === enough ? keys.length >= enough : found >= enough;
  return {
    seconds: complete ? seconds : null,
    totalSeconds,
    found,
    alive: wanted.size,
    successPercent: (100 * found) / wanted.size,
    returned: keys.length,
    foreign: foreign.length,
    healthyPercent: keys.length === 0 ? null : (100 * healthy) / keys.length,
  };
}

async function discover(network: Network, task: Task): Promise<Found> {
  const { node, cold } = task.request;
  if (node !== undefined) return byHost(network, node, task);
  if (cold === false) {
    requireGateway(network);
    return (await byNode(network.gateway.node, task, performance.now())).found;
  }
  const result: { found?: Found } = {};
  await network.gateway.withFreshNode(async (fresh) => {
    const startedAtMs = performance.now();
    await joinInTime(fresh, task.signal);
    const { found, contacts } = await byNode(fresh, task, startedAtMs);
    result.found = found;
    return contacts;
  });
  return result.found as Found;
}

/** @throws HttpError 503 when it can't */
async function joinInTime(fresh: DhtNode, signal: AbortSignal): Promise<void> {
  const expired = new AbortController();
  const timer = setTimeout(() => expired.abort(), JOIN_TIMEOUT_MS);
  const both = AbortSignal.any([signal, expired.signal]);
  try {
    const joined = fresh.join(both);
    await Promise.race([joined, aborted(both)]);
    // Its end comes too late to be told.
    joined.catch(() => {});
  } catch (error) {
    throw new HttpError(503, `A fresh node could not join: ${messageOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
  signal.throwIfAborted();
  if (fresh.state !== 'joined')
    throw new HttpError(503, `A fresh node could not join within ${JOIN_TIMEOUT_MS / 1000} s`);
}

/** @param startedAtMs since when the time counts */
async function byNode(
  { discovery }: DhtNode,
  { request: { count = Number.POSITIVE_INFINITY, verify }, wanted, enough, signal }: Task,
  startedAtMs: number,
): Promise<{ found: Found; contacts: Contact[] }> {
  const elapsed = () => (performance.now() - startedAtMs) / 1000;
  let seconds: number | null = null;
  let met = 0;
  const contacts = await discovery.discover({
    count,
    verify,
    signal,
    onFound: ({ id }) => {
      if (wanted.has(idKey(id)) && ++met === enough) seconds = elapsed();
    },
  });
  const totalSeconds = elapsed();
  const keys = contacts.map(({ id }) => idKey(id));
  return { found: { keys, seconds: seconds ?? totalSeconds, totalSeconds }, contacts };
}

async function byHost(network: Network, name: string, { request, signal }: Task): Promise<Found> {
  const node = askableNodes(network).find((each) => each.name === name || each.id === name);
  if (!node) throw new HttpError(404, `No node "${name}" that has joined`);
  const answer = await network.fanOut.call<DiscoveryAnswer>(node.host, 'POST', '/v1/discoveries', {
    body: { ...request, node: node.name },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const { seconds } = answer;
  return { keys: unpackIdKeys(answer.nodes), seconds, totalSeconds: seconds };
}

function keyOf(hex: string): string {
  return idKey(NodeId.fromHex(hex));
}
