import { isIPv4 } from 'node:net';
import type { Tier } from '../control/api.js';
import { ID_BYTES, NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Incoming } from '../kademlia/requests/request-handler.js';
import { responseTo } from '../wire/datagram.js';
import { pack, unpackAll } from '../wire/message-pack.js';
import { encodeRequest, Packed } from '../wire/request.js';
import type { Candidate } from './candidates.js';
import type { Lease } from './leases.js';

/** Our own request: a local node tells its regional parent of the workers that are attached to it. */
export const WORKERS = 'cqkd_workers';

/** A worker is told of when it was attached for so long: one that only passes through costs nothing. */
const SETTLED_MS = 60_000;
/** Between two messages of a local node, each with all of its workers; so a lost one does not matter. */
const TELL_INTERVAL_MS = 60_000;
/** Workers in one datagram: 25 of 40 bytes each. */
const WORKERS_PER_MESSAGE = 25;
/** Workers that one node keeps: more than all of a region, whoever tells of them. */
const MAX_WORKERS = 4096;
/** A worker that nobody told of for so long has left its local node: three messages were missed. */
const FORGOTTEN_MS = 200_000;
/**
 * Between two writes of a regional node. A write costs a lookup and K stores, about 70 requests; 16 regional nodes
 * that wrote a thousand workers as fast as they can would be a storm of 70,000. So it takes ten minutes, at 110
 * requests a second in the whole network, and nobody waits for it.
 */
const WRITE_INTERVAL_MS = 10_000;

/** A worker as a regional node publishes it. */
export interface RegisteredWorker {
  id: NodeId;
  address: string;
  port: number;
}

interface Entry extends RegisteredWorker {
  heardAtMs: number;
  written: boolean;
}

/** Where the DHT keeps a worker of a region. Source: facts, section 2. */
export function registrationKey(region: string, id: NodeId): string {
  return `region:${region}:worker:${id.hex}`;
}

export interface RegionRegistrationInit {
  node: KademliaNode;
  /** The packed network key. */
  key: NodeId;
  tier: Tier;
  region: string;
  leases: () => Iterable<Lease>;
  /** The bootstrap node that this one is attached to. */
  parent: () => Candidate | undefined;
  /** Seconds since the epoch. */
  epochSeconds: () => number;
}

/** Regional nodes publish the workers of their region in the DHT; local ones tell theirs of the workers they have. */
export class RegionRegistration {
  readonly #init: RegionRegistrationInit;
  readonly #workers = new Map<string, Entry>();
  #toldAtMs = 0;
  #wroteAtMs = 0;
  #writing = false;
  #on = false;

  constructor(init: RegionRegistrationInit) {
    this.#init = init;
    if (init.tier === 'regional') {
      init.node.handle({ name: WORKERS, needsSender: true, handle: (incoming) => this.#answer(incoming) });
    }
  }

  start(): void {
    const { clock, random } = this.#init.node.parts;
    this.#on = true;
    this.#toldAtMs = clock.now() - random.float() * TELL_INTERVAL_MS;
    this.#wroteAtMs = clock.now() + random.float() * WRITE_INTERVAL_MS;
  }

  stop(): void {
    this.#on = false;
    this.#workers.clear();
  }

  /** To be called every few seconds. */
  tick(nowMs: number): void {
    if (!this.#on) return;
    const { tier } = this.#init;
    if (tier === 'local' && nowMs - this.#toldAtMs >= TELL_INTERVAL_MS) this.#tellParent(nowMs);
    if (tier !== 'regional') return;
    for (const lease of this.#settled(nowMs)) this.#note(lease, nowMs);
    if (!this.#writing && nowMs - this.#wroteAtMs >= WRITE_INTERVAL_MS) void this.#write(nowMs);
  }

  #tellParent(nowMs: number): void {
    const { node, key, parent } = this.#init;
    const above = parent();
    if (above?.tier !== 'regional') return;
    this.#toldAtMs = nowMs;
    const workers = this.#settled(nowMs).map(({ id, address, port }) => [id.bytes, address, port]);
    for (let from = 0; from < workers.length; from += WORKERS_PER_MESSAGE) {
      const some = Packed.of(workers.slice(from, from + WORKERS_PER_MESSAGE));
      void node.request(above, encodeRequest(WORKERS, node.id, key, some));
    }
  }

  #answer(incoming: Incoming): Uint8Array | undefined {
    const { bytes, key, rest } = incoming;
    const [workers] = unpackAll(rest) ?? [];
    if (!key || !Array.isArray(workers) || workers.length > WORKERS_PER_MESSAGE) return undefined;
    incoming.learnSender = key.equals(this.#init.key);
    const taken = incoming.learnSender && this.#on && this.#isBelow(incoming);
    const nowMs = this.#init.node.parts.clock.now();
    if (taken) for (const worker of workers.flatMap(workerOf)) this.#note(worker, nowMs);
    return responseTo(bytes, pack(taken));
  }

  /** Whether a request comes from a local node that is attached to this one. */
  #isBelow({ sender, address, port }: Incoming): boolean {
    if (!sender) return false;
    for (const lease of this.#init.leases()) {
      if (lease.id.equals(sender))
        return lease.tier === 'local' && lease.address === address && lease.port === port;
    }
    return false;
  }

  /** Workers of the own region that are attached to this node, for a while. */
  #settled(nowMs: number): Lease[] {
    const { leases, region } = this.#init;
    return [...leases()].filter(
      (lease) => lease.tier === 'worker' && lease.region === region && nowMs - lease.sinceMs >= SETTLED_MS,
    );
  }

  #note({ id, address, port }: RegisteredWorker, nowMs: number): void {
    const known = this.#workers.get(id.hex);
    if (!known && this.#workers.size >= MAX_WORKERS) return;
    const same = known?.address === address && known.port === port;
    this.#workers.set(id.hex, { id, address, port, heardAtMs: nowMs, written: same && known.written });
  }

  /** Writes or takes back one. */
  async #write(nowMs: number): Promise<void> {
    const { node, region, epochSeconds } = this.#init;
    this.#writing = true;
    this.#wroteAtMs = nowMs;
    try {
      for (const [hex, entry] of this.#workers) {
        if (nowMs - entry.heardAtMs >= FORGOTTEN_MS) {
          this.#workers.delete(hex);
          // One that is still there has another parent, which may have published it meanwhile.
          if (!entry.written || (await node.ping(node.parts.book.get(entry.id, entry.address, entry.port))))
            continue;
          await node.delete(registrationKey(region, entry.id));
          return;
        }
        if (entry.written) continue;
        entry.written = true;
        const { address, port } = entry;
        const value = { node_id: hex, address, port, registered_at: Math.floor(epochSeconds()) };
        const taken = await node.put(registrationKey(region, entry.id), JSON.stringify(value));
        if (taken === 0) entry.written = false;
        return;
      }
    } catch {
      // One that cannot be written counts as written: nobody waits for it, and the others go on.
    } finally {
      this.#writing = false;
    }
  }
}

function workerOf(value: unknown): RegisteredWorker[] {
  if (!Array.isArray(value)) return [];
  const [id, address, port] = value as unknown[];
  if (!(id instanceof Uint8Array) || id.length !== ID_BYTES) return [];
  if (typeof address !== 'string' || !isIPv4(address)) return [];
  if (!Number.isInteger(port) || (port as number) < 1 || (port as number) > 65_535) return [];
  return [{ id: new NodeId(id), address, port: port as number }];
}
