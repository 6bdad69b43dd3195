import type { BootstrapLoad, Tier } from '../control/api.js';
import type { NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Incoming } from '../kademlia/requests/request-handler.js';
import { responseTo } from '../wire/datagram.js';
import { placeOf } from './address.js';
import {
  ATTACH,
  type AttachSelf,
  type AttachStatus,
  attachKinds,
  decodeAttachSelf,
  encodeAttachAnswer,
} from './attach-message.js';
import { Pace } from './pace.js';

/** A lease that was not renewed for so long has ended: three or four renewals were missed. */
const LEASE_MS = 10_000;
/** Nodes that return or move here in a second, as a share of the capacity; never less than two. */
const ARRIVALS_SHARE = 1 / 25;
const FEWEST_ARRIVALS = 2;
/** Others of the tier that an answer names. */
const NAMED = 8;
/** A node that was told to move and stays is not told again for so long. */
const TELL_AGAIN_MS = 30_000;

/** A node that is attached. */
export interface Lease extends AttachSelf {
  id: NodeId;
  address: string;
  port: number;
  sinceMs: number;
  expiresAtMs: number;
  /** Where it is to move, told with the next renewal. */
  order: readonly string[] | undefined;
  toldAtMs: number;
}

export interface LeasesInit {
  node: KademliaNode;
  /** The packed network key. */
  key: NodeId;
  tier: Tier;
  /** Nodes that it takes; null = as many as come. */
  capacity: number | null;
  /** What a node without a bound reports as its capacity. */
  reported: () => number;
  /** Whether the node has joined: nobody joins through a node that knows nobody. */
  isReady: () => boolean;
  /** Others of the tier that take more, at most so many. */
  others: (count: number) => string[];
  /** Whether a node that is moved by balancing fits here. */
  takesMoved: (load: BootstrapLoad) => boolean;
  /** Told when the number of nodes or the capacity has changed. */
  onChange: () => void;
}

/**
 * The nodes that are attached to a bootstrap node, each with a lease that it renews every few seconds.
 *
 * A full node refuses and names others. A node of another network is refused, whatever it wants: two
 * networks whose addresses meet must not merge. Requests of the Python package need no lease.
 */
export class Leases {
  readonly #init: LeasesInit;
  readonly #leases = new Map<number, Lease>();
  readonly #arrivals: Pace;
  #handsOut = false;
  #promoted = false;
  /** The answer to nearly every renewal, made once. */
  #granted: Uint8Array | undefined;

  constructor(init: LeasesInit) {
    this.#init = init;
    this.#arrivals = new Pace(() =>
      Math.max(FEWEST_ARRIVALS, Math.ceil(this.load.capacity * ARRIVALS_SHARE)),
    );
    init.node.handle({ name: ATTACH, needsSender: true, handle: (incoming) => this.#answer(incoming) });
  }

  /** Whether it hands out leases; else it only says whether it has joined. */
  set handsOut(handsOut: boolean) {
    this.#handsOut = handsOut;
    if (!handsOut) this.#leases.clear();
    this.#changed();
  }

  get handsOut(): boolean {
    return this.#handsOut;
  }

  /** It stands in for a dead sibling: its capacity is doubled. */
  set promoted(promoted: boolean) {
    if (promoted === this.#promoted) return;
    this.#promoted = promoted;
    this.#changed();
  }

  get load(): BootstrapLoad {
    const { capacity, reported } = this.#init;
    const promoted = this.#promoted;
    const own = capacity ?? reported();
    return { attached: this.#leases.size, capacity: promoted ? 2 * own : own, promoted };
  }

  get all(): Iterable<Lease> {
    return this.#leases.values();
  }

  /** Ends the leases that nobody renewed. */
  expire(nowMs: number): void {
    const before = this.#leases.size;
    for (const [key, lease] of this.#leases) if (lease.expiresAtMs <= nowMs) this.#leases.delete(key);
    if (this.#leases.size !== before) this.#changed();
  }

  /** Tells a node to move, with its next renewal. @returns false when it was told lately */
  order(lease: Lease, places: readonly string[], nowMs: number): boolean {
    if (lease.toldAtMs + TELL_AGAIN_MS > nowMs) return false;
    lease.toldAtMs = nowMs;
    lease.order = places;
    return true;
  }

  #answer(incoming: Incoming): Uint8Array | undefined {
    const { bytes, key, rest, sender } = incoming;
    if (!key || !sender || rest.length === 0) return undefined;
    if (!key.equals(this.#init.key)) {
      incoming.learnSender = false;
      return this.#respond(bytes, 'refused');
    }
    const kind = rest[0] as number;
    if (kind === attachKinds.release) {
      if (this.#leases.delete(keyOf(sender))) this.#changed();
      return this.#respond(bytes, 'ready');
    }
    if (!this.#init.isReady()) return this.#respond(bytes, 'not-ready');
    if (!this.#handsOut) return this.#respond(bytes, 'ready');
    if (kind === attachKinds.ask) return this.#respond(bytes, this.#isFull() ? 'full' : 'ready');
    return kind === attachKinds.renew ? this.#renew(bytes, sender) : this.#take(incoming, sender, kind);
  }

  #renew(bytes: Uint8Array, sender: NodeId): Uint8Array {
    const lease = this.#leases.get(keyOf(sender));
    if (!lease) return this.#respond(bytes, 'unknown');
    lease.expiresAtMs = this.#nowMs() + LEASE_MS;
    if (lease.order) {
      const places = lease.order;
      lease.order = undefined;
      return responseTo(bytes, this.#encode('move', places));
    }
    this.#granted ??= this.#encode('granted');
    return responseTo(bytes, this.#granted);
  }

  #take({ bytes, rest, address, port }: Incoming, id: NodeId, kind: number): Uint8Array | undefined {
    const self = decodeAttachSelf(rest);
    if (!self) return undefined;
    const key = keyOf(id);
    const known = this.#leases.get(key);
    if (!known) {
      if (this.#isFull()) return this.#respond(bytes, 'full');
      if (kind === attachKinds.move && !this.#init.takesMoved(this.load)) return this.#respond(bytes, 'full');
      const comesBack = kind === attachKinds.return || kind === attachKinds.move;
      if (comesBack && !this.#arrivals.take(this.#nowMs())) return this.#respond(bytes, 'later');
    }
    const nowMs = this.#nowMs();
    const expiresAtMs = nowMs + LEASE_MS;
    if (known) Object.assign(known, self, { address, port, expiresAtMs, order: undefined });
    else {
      const never = Number.NEGATIVE_INFINITY;
      const lease = {
        ...self,
        id,
        address,
        port,
        sinceMs: nowMs,
        expiresAtMs,
        order: undefined,
        toldAtMs: never,
      };
      this.#leases.set(key, lease);
    }
    if (!known) this.#changed();
    return responseTo(bytes, this.#encode('granted', this.#init.others(NAMED)));
  }

  #isFull(): boolean {
    return this.#init.capacity !== null && this.#leases.size >= this.load.capacity;
  }

  #respond(bytes: Uint8Array, status: AttachStatus): Uint8Array {
    return responseTo(bytes, this.#encode(status, status === 'full' ? this.#init.others(NAMED) : []));
  }

  #encode(status: AttachStatus, places: readonly string[] = []): Uint8Array {
    const { node, tier } = this.#init;
    const told = this.#handsOut && status !== 'refused';
    const { attached, capacity } = told ? this.load : { attached: 0, capacity: 0 };
    const own = placeOf(node);
    const others = places.filter((place) => place !== own);
    return encodeAttachAnswer({ id: node.id, status, tier, attached, capacity, places: others });
  }

  #changed(): void {
    this.#granted = undefined;
    this.#init.onChange();
  }

  #nowMs(): number {
    return this.#init.node.parts.clock.now();
  }
}

/** 53 bits of an id: a number is compared faster than text, and no two of a few hundred ids share them. */
function keyOf({ w0, w1 }: NodeId): number {
  return (w0 >>> 0) * 0x20_0000 + (w1 >>> 11);
}
