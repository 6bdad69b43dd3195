import type { LookupMeasurement, LookupRequest } from '../../control/api.js';
import type { LookupBatchAnswer, LookupJobResult, WindowAnswer } from '../../control/host-api.js';
import { HttpError } from '../../control/http-error.js';
import { inLanes } from '../../control/lanes.js';
import { unpackIdKeys } from '../../control/packed-ids.js';
import { NodeId } from '../../kademlia/id.js';
import { DurationHistogram } from '../../wire/stats.js';
import { GATEWAY } from '../gateway.js';
import { GroundTruth } from '../ground-truth.js';
import type { Network } from '../network.js';
import { mean, percentilesOf } from '../percentiles.js';
import { askableNodes, chunkSize, chunksByHost, type PlacedNode, randomOf } from './measuring.js';

/** A lookup that takes longer than this beyond its time is given up with its batch. */
const BATCH_SLACK_MS = 60_000;
/** Lookups at a time from which on hosts are given all of theirs at once. */
const MANY = 64;
/** For the hosts to wait until requests on the way are settled. */
const WINDOW_TIMEOUT_MS = 15_000;

interface Job {
  host: string;
  asker: PlacedNode;
  target: NodeId;
  atMs: number;
}

/** Lookups by random nodes for random targets, scored against the true nearest nodes. */
export async function measureLookup(
  network: Network,
  request: LookupRequest,
  signal: AbortSignal,
): Promise<LookupMeasurement> {
  const { count = 500, concurrency = 8, overSeconds = 0, seed, among, by = among } = request;
  const nodes = askableNodes(network, among);
  const jobs = planJobs(askableNodes(network, by), count, overSeconds, seed);
  const foreign = await network.foreign.look(signal);
  const isWithGateway = !among || among.includes(GATEWAY);
  const truth = GroundTruth.of(nodes, [
    ...foreign.map(({ id }) => id),
    ...(isWithGateway ? [network.gateway.node.id] : []),
  ]);
  const scores = new Scores(truth, network.settings.fallback_k);
  const hosts = network.registry.hosts.filter((host) => host.state === 'up');

  await network.fanOut.callAll(hosts, 'POST', '/v1/window', { signal });
  // The coordinator's own node answers too.
  const { stats } = network.gateway.kademlia;
  const sentBefore = stats.datagramsSent;
  const startedAtMs = performance.now();
  const run = async (chunk: Job[], width: number, timed: boolean) => {
    const lookups = chunk.map(({ asker, target, atMs }) => ({
      node: asker.name,
      target: target.hex,
      ...(timed && { atMs }),
    }));
    const results = await callHost(network, chunk, { lookups, concurrency: width }, overSeconds, signal);
    for (const [index, job] of chunk.entries()) scores.add(job, results[index] ?? null);
  };
  if (overSeconds > 0) {
    await Promise.all(chunksByHost(jobs, jobs.length).map((chunk) => run(chunk, concurrency, true)));
  } else if (concurrency >= MANY) {
    // So many that the calls themselves would be the limit: each host has its share of them under way.
    const share = (chunk: Job[]) => Math.ceil((concurrency * chunk.length) / jobs.length);
    await Promise.all(chunksByHost(jobs, jobs.length).map((chunk) => run(chunk, share(chunk), false)));
  } else {
    const chunks = chunksByHost(jobs, chunkSize(count, concurrency));
    await inLanes(chunks, concurrency, (chunk) => run(chunk, 1, false), signal);
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  const windows = await network.fanOut.callAll<WindowAnswer>(hosts, 'DELETE', '/v1/window', {
    timeoutMs: WINDOW_TIMEOUT_MS,
    signal,
  });
  const alive = new Set(network.registry.liveNodes.map((node) => node.id));
  alive.add(network.gateway.node.id.hex);
  for (const { id } of foreign) alive.add(id.hex);
  const sums = transport([...windows.values()], alive);
  const datagrams = sums.datagrams + stats.datagramsSent - sentBefore;
  return { ...scores.result(), seconds, ...sums, datagrams };
}

function planJobs(
  nodes: readonly PlacedNode[],
  count: number,
  overSeconds: number,
  seed: number | undefined,
): Job[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, index) => {
    const asker = nodes[random.below(nodes.length)] as PlacedNode;
    return {
      host: asker.host,
      asker,
      target: NodeId.random(random),
      atMs: (overSeconds * 1000 * index) / count,
    };
  });
}

/** @returns no results when the host fails meanwhile: its lookups have failed */
async function callHost(
  network: Network,
  chunk: readonly Job[],
  body: object,
  overSeconds: number,
  signal: AbortSignal,
): Promise<(LookupJobResult | null)[]> {
  try {
    const answer = await network.fanOut.call<LookupBatchAnswer>(
      (chunk[0] as Job).host,
      'POST',
      '/v1/lookups',
      { body, timeoutMs: overSeconds * 1000 + BATCH_SLACK_MS, signal },
    );
    return answer.results;
  } catch (error) {
    if (error instanceof HttpError) return [];
    throw error;
  }
}

/** What the lookups found, scored as the answers come in. */
class Scores {
  readonly #recalls: number[] = [];
  readonly #hops: number[] = [];
  readonly #latencies: number[] = [];
  readonly #requests: number[] = [];
  readonly #timeouts: number[] = [];
  /** How often each K was in force. */
  readonly #ks = new Map<number, number>();
  #failed = 0;

  /** @param fallbackK where no lookup says which K it went by */
  constructor(
    readonly truth: GroundTruth,
    readonly fallbackK: number,
  ) {}

  /** @param result null = it failed and found nothing */
  add({ asker, target }: Job, result: LookupJobResult | null): void {
    const found = result ? unpackIdKeys(result.nearest) : [];
    const k = result?.k ?? this.fallbackK;
    this.#recalls.push(this.truth.recall(target, k, NodeId.fromHex(asker.id), found));
    if (result) this.#ks.set(k, (this.#ks.get(k) ?? 0) + 1);
    else {
      this.#failed++;
      return;
    }
    this.#hops.push(result.hops);
    this.#latencies.push(result.latencyMs);
    this.#requests.push(result.requests);
    this.#timeouts.push(result.failures);
  }

  result() {
    return {
      k: this.#mostUsedK(),
      lookups: this.#recalls.length,
      failed: this.#failed,
      recall: mean(this.#recalls),
      hops: percentilesOf(this.#hops),
      latencyMs: percentilesOf(this.#latencies),
      requests: mean(this.#requests),
      timeouts: mean(this.#timeouts),
    };
  }

  #mostUsedK(): number {
    const [most] = [...this.#ks].sort((a, b) => b[1] - a[1]);
    return most?.[0] ?? this.fallbackK;
  }
}

/** Round trips, losses and datagrams that the hosts have seen meanwhile. */
function transport(windows: readonly WindowAnswer[], alive: ReadonlySet<string>) {
  const roundTrips = new DurationHistogram();
  const sums = { requestAttempts: 0, lostAttempts: 0, datagrams: 0, refreshDatagrams: 0 };
  for (const window of windows) {
    roundTrips.merge(window.roundTrips);
    sums.requestAttempts += window.attempts;
    sums.datagrams += window.datagrams;
    sums.refreshDatagrams += window.refreshDatagrams;
    for (const [id, count] of Object.entries(window.unanswered))
      if (alive.has(id)) sums.lostAttempts += count;
  }
  const { requestAttempts, lostAttempts } = sums;
  return {
    ...sums,
    rpcLatencyMs: {
      p50: roundTrips.percentile(0.5),
      p90: roundTrips.percentile(0.9),
      p95: roundTrips.percentile(0.95),
    },
    lossPercent: requestAttempts === 0 ? 0 : (100 * lostAttempts) / requestAttempts,
  };
}
