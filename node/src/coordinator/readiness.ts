import type { NetworkState, NodeReport, Tier } from '../control/api.js';
import { inLanes } from '../control/lanes.js';
import { pause } from '../control/pause.js';
import { crawl } from '../discovery/crawl.js';
import { NodeId } from '../kademlia/id.js';
import type { Gateway } from './gateway.js';
import type { Registry } from './registry.js';

/** Before those that a crawl has missed are looked for again. */
const AGAIN_MS = 100;
/** Above so many missed nodes a whole crawl is cheaper than a lookup for each. */
const MAX_SINGLE_LOOKUPS = 64;
const LOOKUP_CONCURRENCY = 8;
/** Lookups pass by nodes that were silent a moment ago, as one that has moved and come back was; a crawl asks each. */
const CRAWL_EVERY_ROUNDS = 5;
/** Rounds after which it is told that nodes are not found. */
const TELL_MISSING_ROUNDS = 20;

export interface ReadinessInit {
  registry: Registry;
  gateway: Gateway;
  expected: Partial<Record<Tier, number>>;
  /** Told when the state or the crawl's count has changed. */
  onChange: () => void;
  onReady: () => void;
  /** Told of nodes that have joined but are not found, after a while. */
  onMissing: (nodes: readonly NodeReport[]) => void;
}

/**
 * Decides when the network is ready: every planned node has joined and the gateway node has found each
 * of them by walking the key space.
 */
export class Readiness {
  readonly #init: ReadinessInit;
  readonly #ended = new AbortController();
  #expected: Partial<Record<Tier, number>>;
  /** Ids that were found since the expectations changed. */
  #seen = new Set<string>();
  /** Whether the whole key space was walked since the expectations changed. */
  #crawled = false;
  #looking = false;
  #state: NetworkState = 'starting';
  #bootstrapSeconds: number | null = null;

  constructor(init: ReadinessInit) {
    this.#init = init;
    this.#expected = init.expected;
  }

  get state(): NetworkState {
    return this.#state;
  }

  get expected(): Partial<Record<Tier, number>> {
    return this.#expected;
  }

  /** Seconds from the first host's start until the network was ready; null before, or when that was not witnessed. */
  get bootstrapSeconds(): number | null {
    return this.#bootstrapSeconds;
  }

  get crawl(): { seen: number; total: number } {
    const live = this.#init.registry.liveNodes;
    return { seen: this.#countSeen(live), total: live.length };
  }

  /** The plan has changed: the network is starting until the new one is fulfilled. */
  expect(expected: Partial<Record<Tier, number>>): void {
    this.#expected = expected;
    this.#seen = new Set();
    this.#crawled = false;
    this.#state = 'starting';
    this.update();
  }

  /** Hosts or nodes have changed. */
  update(): void {
    const complete = this.#isComplete();
    if (!complete && this.#state === 'ready') this.#state = 'degraded';
    if (!complete && this.#seen.size === 0) return;
    const live = this.#init.registry.liveNodes;
    if (!complete) {
      // A node that comes back has to be found again.
      this.#forget(live);
    } else if (this.#countSeen(live) < live.length) {
      if (this.#state === 'ready') this.#state = 'degraded';
      void this.#look();
    } else if (this.#state !== 'ready') this.#becomeReady();
  }

  end(): void {
    this.#ended.abort();
  }

  /** Walks until all nodes that have joined were found. */
  async #look(): Promise<void> {
    const { gateway, registry, onChange, onMissing } = this.#init;
    if (this.#looking || !gateway.isJoined) return;
    this.#looking = true;
    const { signal } = this.#ended;
    for (let round = 1; !signal.aborted && this.#isComplete(); round++) {
      const missing = registry.liveNodes.filter((node) => !this.#seen.has(node.id));
      if (missing.length === 0) break;
      if (round % TELL_MISSING_ROUNDS === 0) onMissing(missing);
      const isTurn = round % CRAWL_EVERY_ROUNDS === 0;
      if (!this.#crawled || isTurn || missing.length > MAX_SINGLE_LOOKUPS) await this.#crawl();
      else await this.#lookFor(missing);
      onChange();
      const { seen, total } = this.crawl;
      if (seen < total) await pause(AGAIN_MS, signal);
    }
    this.#looking = false;
    if (!signal.aborted) this.update();
  }

  async #crawl(): Promise<void> {
    const { signal } = this.#ended;
    const answered = await crawl(this.#init.gateway.kademlia, { signal });
    for (const { id } of answered) this.#seen.add(id.hex);
    this.#crawled = true;
  }

  async #lookFor(nodes: readonly NodeReport[]): Promise<void> {
    const { signal } = this.#ended;
    const { kademlia } = this.#init.gateway;
    await inLanes(nodes, LOOKUP_CONCURRENCY, async (node) => {
      const { contacts } = await kademlia.lookup(NodeId.fromHex(node.id), { signal });
      if (contacts[0]?.id.hex === node.id) this.#seen.add(node.id);
    });
  }

  #becomeReady(): void {
    const { registry, onReady } = this.#init;
    this.#state = 'ready';
    if (this.#bootstrapSeconds === null && !registry.isSuccessor && registry.hosts.length > 0) {
      const firstStartMs = Math.min(...registry.hosts.map((host) => host.seenAtMs - host.uptimeMs));
      this.#bootstrapSeconds = (performance.now() - firstStartMs) / 1000;
    }
    onReady();
  }

  #isComplete(): boolean {
    const { gateway, registry } = this.#init;
    const tiers = registry.progress(this.#expected);
    return (
      gateway.isJoined &&
      registry.isCurrent &&
      Object.values(tiers).every(({ joined, total }) => joined >= total)
    );
  }

  #countSeen(live: readonly NodeReport[]): number {
    return live.reduce((count, node) => count + (this.#seen.has(node.id) ? 1 : 0), 0);
  }

  #forget(live: readonly NodeReport[]): void {
    const alive = new Set(live.map((node) => node.id));
    for (const id of this.#seen) if (!alive.has(id)) this.#seen.delete(id);
  }
}
