import type { BootstrapLoad, Tier } from '../control/api.js';
import type { Timer } from '../kademlia/components.js';
import type { Contact } from '../kademlia/contact.js';
import type { NodeId } from '../kademlia/id.js';
import type { Settings } from '../settings.js';
import { placeOf } from './address.js';
import { packedKeyOf } from './attach-message.js';
import { Attachment } from './attachment.js';
import { hasRoom } from './balance.js';
import { Balancer } from './balancer.js';
import { BootstrapClient } from './bootstrap-client.js';
import type { BootstrapInit, BootstrapPlaces } from './bootstrap-init.js';
import { Candidates } from './candidates.js';
import { Failover } from './failover.js';
import { FallbackEntry } from './fallback-entry.js';
import { Leases } from './leases.js';
import { RegionRegistration } from './region-registration.js';
import { Ring } from './ring.js';

export type { BootstrapPlaces } from './bootstrap-init.js';

/** Leases are renewed, and siblings watched, every 2 to 3 s. */
const TICK_MS = 2000;
const TICK_JITTER_MS = 1000;
/** After the hierarchy was switched on, all nodes attach within this time. */
const SPREAD_MS = 2000;
/** A change of the load is told at most so often. */
const TELL_CHANGE_MS = 1000;

const bootstrapTiers: readonly Tier[] = ['super', 'regional', 'local'];

/** A node's place in the bootstrap hierarchy: whom it is attached to, who is attached to it, whom it stands in for. */
export class Bootstrap {
  readonly #init: BootstrapInit;
  readonly #key: NodeId;
  readonly #ended = new AbortController();
  readonly #candidates: Candidates;
  readonly #ring: Ring;
  readonly #leases: Leases | undefined;
  readonly #failover: Failover | undefined;
  readonly #balancer: Balancer | undefined;
  readonly #registration: RegionRegistration | undefined;
  readonly #client: BootstrapClient;
  readonly #entry: FallbackEntry;
  #settings: Settings;
  #places: BootstrapPlaces;
  #attachment: Attachment;
  /** The end of the present attachment or entry: of the node, or of the hierarchy as it is. */
  #attached = new AbortController();
  #started = false;
  #timer: Timer | undefined;
  #changeTimer: Timer | undefined;

  constructor(init: BootstrapInit) {
    const { node, tier, region, networkKey, settings, places } = init;
    this.#init = init;
    this.#settings = settings;
    this.#places = places;
    this.#key = packedKeyOf(networkKey);
    const own = placeOf(node);
    this.#candidates = new Candidates(own, places.candidates, places.siblings);
    this.#ring = new Ring(own, places.siblings);
    this.#client = this.#clientOf(this.#candidates);
    this.#attachment = this.#createAttachment();
    this.#entry = new FallbackEntry({
      node,
      clientOf: (candidates) => this.#clientOf(candidates),
      settings: () => this.#settings,
      places: () => this.#entries,
    });
    if (!node.extensions) return;
    const key = this.#key;
    const { clock, random } = node.parts;
    const leases = new Leases({
      node,
      key,
      tier,
      capacity: init.capacity,
      reported: () => this.#settings.bootstrap_max_connections_per_node,
      isReady: init.isJoined,
      others: (count) => this.#ring.withRoom(count, clock.now(), random),
      takesMoved: (load) => hasRoom(load, this.#ring.fresh(clock.now())),
      onChange: () => this.#changed(),
    });
    this.#leases = leases;
    leases.handsOut = this.#isTiered;
    const balancer = new Balancer({ leases, ring: this.#ring, random, settings: () => this.#settings });
    this.#balancer = balancer;
    this.#failover = new Failover({
      node,
      key,
      ring: this.#ring,
      settings: () => this.#settings,
      isReady: init.isJoined,
      load: () => leases.load,
      onPromoted: (promoted) => {
        leases.promoted = promoted;
      },
      onReturned: (place) => balancer.bringBack(place, clock.now()),
      emit: init.emit,
      signal: this.#ended.signal,
    });
    this.#registration = new RegionRegistration({
      node,
      key,
      tier,
      region,
      leases: () => leases.all,
      parent: () => this.#attachment.candidate,
      epochSeconds: () => Date.now() / 1000,
    });
  }

  /** The bootstrap node that it is attached to, or entered through. */
  get parent(): Contact | undefined {
    return this.#isTiered ? this.#attachment.parent : this.#entry.contact;
  }

  /** Of a bootstrap node that hands out leases. */
  get load(): BootstrapLoad | undefined {
    const { tier } = this.#init;
    return this.#leases?.handsOut && bootstrapTiers.includes(tier) ? this.#leases.load : undefined;
  }

  /** `address:port` of bootstrap nodes that answered, and belong to another network. */
  get foreign(): string[] {
    return this.#candidates.foreign;
  }

  /** Whether there is somebody to join through: else the node is the first of its network. */
  get hasCandidates(): boolean {
    return this.#entries.length > 0;
  }

  /**
   * Finds the network.
   *
   * @param attempts each with a pause before it that doubles; as many as the settings say unless told
   * @returns where to begin: none for the first node of a network; undefined when nobody answered
   */
  async find(signal: AbortSignal, attempts = this.#attempts): Promise<Contact[] | undefined> {
    // The first node of a network may have been there before; when it has siblings, they know.
    if (!this.hasCandidates) return this.#isTiered ? this.#findSiblings() : [];
    if (!this.#isTiered) return this.#entry.find(attempts, signal);
    const parent = await this.#attachment.first(attempts, signal);
    if (parent) return [parent];
    // All of its candidates were the node itself.
    return this.#candidates.home ? undefined : this.#findSiblings();
  }

  /** The node has joined. */
  start(): void {
    this.#started = true;
    if (this.#isTiered) this.#startHierarchy(this.#nextTickMs());
    // It was switched off while the node attached.
    else if (!this.#entry.contact) void this.#enterWithoutHierarchy();
  }

  configure(settings: Settings): void {
    const before = this.#isTiered;
    this.#settings = settings;
    if (this.#isTiered === before) return;
    if (this.#leases) this.#leases.handsOut = this.#isTiered;
    this.#attached.abort();
    this.#attached = new AbortController();
    this.#attachment = this.#createAttachment();
    this.#entry.forget();
    if (!this.#isTiered) this.#stopHierarchy();
    if (!this.#started) return;
    const { random } = this.#init.node.parts;
    if (this.#isTiered) this.#startHierarchy(random.float() * SPREAD_MS);
    else void this.#enterWithoutHierarchy();
  }

  /** Takes another plan. */
  setPlaces(places: Partial<BootstrapPlaces>): void {
    this.#places = { ...this.#places, ...places };
    const { candidates, siblings } = this.#places;
    this.#candidates.set(candidates, siblings);
    this.#ring.set(siblings);
    this.#failover?.ringChanged();
    if (this.#started && this.#isTiered) this.#attachment.planChanged();
  }

  /** Tells its bootstrap node that it leaves. */
  release(): void {
    if (this.#isTiered) this.#attachment.release();
  }

  stop(): void {
    const { clock } = this.#init.node.parts;
    this.#ended.abort();
    this.#attached.abort();
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    if (this.#changeTimer !== undefined) clock.clearTimeout(this.#changeTimer);
  }

  get #isTiered(): boolean {
    return this.#settings.enable_multi_level_bootstrap;
  }

  get #attempts(): number {
    const { enable_bootstrap_fallback: fallback, bootstrap_fallback_max_retries: most } = this.#settings;
    return fallback ? Math.max(1, most) : 1;
  }

  /** Where the node may begin, as the settings are. */
  get #entries(): readonly string[] {
    const { candidates, fallbackCandidates } = this.#places;
    return this.#isTiered ? candidates : (fallbackCandidates ?? candidates);
  }

  #clientOf(candidates: Candidates): BootstrapClient {
    const { node, tier, region } = this.#init;
    return new BootstrapClient({
      node,
      key: this.#key,
      tier,
      region,
      candidates,
      settings: () => this.#settings,
    });
  }

  #createAttachment(): Attachment {
    const { node, emit } = this.#init;
    return new Attachment({
      node,
      client: this.#client,
      candidates: this.#candidates,
      settings: () => this.#settings,
      emit,
      onChange: () => this.#changed(),
      signal: this.#attached.signal,
    });
  }

  #startHierarchy(firstTickMs: number): void {
    this.#failover?.start();
    this.#registration?.start();
    this.#scheduleTick(firstTickMs);
  }

  /** Leases, watch and registration end; the node stays in the network as an ordinary one. */
  #stopHierarchy(): void {
    if (this.#timer !== undefined) this.#init.node.parts.clock.clearTimeout(this.#timer);
    this.#failover?.stop();
    this.#balancer?.stop();
    this.#registration?.stop();
  }

  #scheduleTick(delayMs: number): void {
    const { clock } = this.#init.node.parts;
    this.#timer = clock.setTimeout(() => {
      this.#scheduleTick(this.#nextTickMs());
      this.#tick(clock.now());
    }, delayMs);
  }

  #nextTickMs(): number {
    return TICK_MS + this.#init.node.parts.random.float() * TICK_JITTER_MS;
  }

  #tick(nowMs: number): void {
    if (this.#candidates.home) this.#attachment.tick();
    this.#leases?.expire(nowMs);
    this.#failover?.tick();
    this.#balancer?.tick(nowMs);
    this.#registration?.tick(nowMs);
  }

  async #findSiblings(): Promise<Contact[]> {
    return (await this.#failover?.findJoined()) ?? [];
  }

  /** The hierarchy was switched off while the node runs. */
  async #enterWithoutHierarchy(): Promise<void> {
    this.#changed();
    await this.#entry.findInsistently(this.#attached.signal);
    this.#changed();
  }

  #changed(): void {
    if (!this.#started || this.#ended.signal.aborted) return;
    this.#changeTimer ??= this.#init.node.parts.clock.setTimeout(() => {
      this.#changeTimer = undefined;
      this.#init.onChange();
    }, TELL_CHANGE_MS);
  }
}
