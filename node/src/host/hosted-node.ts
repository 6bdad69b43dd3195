import { isDeepStrictEqual } from 'node:util';
import { placeOf } from '../bootstrap/address.js';
import type { BootstrapPlaces } from '../bootstrap/bootstrap.js';
import type { NodeReport, Tier } from '../control/api.js';
import { messageOf } from '../control/http-error.js';
import { DhtNode, type LeaveOptions, type NodeComponents } from '../dht-node.js';
import type { NodeEvent } from '../node-part.js';
import type { PortRegistry } from '../ports/registry.js';
import type { Settings } from '../settings.js';
import type { NodeFaults } from '../wire/faults.js';
import { FaultyTransport } from '../wire/faulty.js';
import type { RpcStats } from '../wire/stats.js';
import type { NodeGroup, NodeSpec } from './spec.js';

export interface HostedNodeInit {
  components: NodeComponents;
  settings: Settings;
  /** The group that it belongs to. */
  group: Pick<NodeGroup, 'tier' | 'region' | 'capacity'>;
  /** Where it binds when its spec does not say. */
  address: string;
  /** What it does not hear, in this life and the next. */
  faults: NodeFaults;
  /** Where it finds its network. */
  places: BootstrapPlaces;
  /** Told when its state changes. */
  onState: (node: HostedNode) => void;
  /** Told of what else is worth knowing. */
  onEvent: (node: HostedNode, event: NodeEvent) => void;
  /** Told when its parent or its load has changed. */
  onChange: () => void;
  /** Told of the counters of a life that has ended. */
  onEnd: (stats: RpcStats) => void;
}

/** A node of a host through all its lives: it can leave or crash and be started again. */
export class HostedNode {
  readonly name: string;
  readonly #init: HostedNodeInit;
  #settings: Settings;
  #places: BootstrapPlaces;
  #dht: DhtNode;
  #hex: string;
  #bindError: string | undefined;
  /** The latest restart. */
  #restarts: Promise<void> = Promise.resolve();

  constructor(
    public spec: NodeSpec,
    init: HostedNodeInit,
  ) {
    this.name = spec.name;
    this.#init = init;
    this.#settings = init.settings;
    this.#places = init.places;
    this.#dht = this.#create();
    this.#hex = this.#dht.id.hex;
  }

  /** The node of the present life. */
  get dht(): DhtNode {
    return this.#dht;
  }

  /** Whether it has joined and can be asked. */
  get isJoined(): boolean {
    return this.#dht.state === 'joined';
  }

  /** Whether it takes part or is about to. */
  get isAlive(): boolean {
    return this.state !== 'left' && this.state !== 'failed';
  }

  get state(): NodeReport['state'] {
    return this.#bindError ? 'failed' : this.#dht.state;
  }

  report(): NodeReport {
    const error = this.#bindError ?? this.#dht.error;
    const { parent } = this.#dht;
    const bootstrap = this.#dht.bootstrapLoad();
    return {
      name: this.name,
      id: this.#hex,
      address: this.#dht.address || this.address,
      port: this.#dht.port || this.spec.port,
      tier: this.tier,
      region: this.#init.group.region,
      state: this.state,
      ...(error && { error }),
      ...(parent && { parent: placeOf(parent) }),
      ...(bootstrap && { bootstrap }),
    };
  }

  get address(): string {
    return this.spec.address ?? this.#init.address;
  }

  get tier(): Tier {
    return this.#init.group.tier;
  }

  /** Bootstrap nodes and endpoints are known by their ports: they never fall back to another one. */
  get #keepsPort(): boolean {
    return this.tier !== 'worker';
  }

  /** Checks that a changed spec still has this node at its place, in the same tier and region. */
  isAs(spec: NodeSpec, { tier, region, capacity }: NodeGroup, address: string): boolean {
    const { group } = this.#init;
    return (
      spec.port === this.spec.port &&
      (spec.address ?? address) === this.address &&
      tier === group.tier &&
      region === group.region &&
      capacity === group.capacity
    );
  }

  /**
   * Opens its socket; one that has ended meanwhile gets none.
   *
   * @throws PortError, or the system's error
   */
  async bind(ports: PortRegistry): Promise<void> {
    const dht = this.#dht;
    try {
      const lease = await ports.lease(this.address, this.spec.port, { fixed: this.#keepsPort });
      if (dht.state === 'left') lease.close();
      else dht.use(new FaultyTransport(lease, this.#init.faults));
    } catch (error) {
      this.fail(messageOf(error));
      throw error;
    }
  }

  /** Marks it as failed before it could start. */
  fail(message: string): void {
    this.#bindError = message;
    this.#init.onState(this);
  }

  /** Joins the network; a failure shows in its state. */
  async join(): Promise<void> {
    if (this.#bindError || this.#dht.state !== 'starting') return;
    await this.#dht.join().catch((error) => {
      if (this.#dht.state !== 'failed') this.fail(messageOf(error));
    });
  }

  setPlaces(places: BootstrapPlaces): void {
    this.#places = places;
    this.#dht.setPlaces(places);
  }

  /** What it runs with, and will after a restart. */
  get settings(): Settings {
    return this.#settings;
  }

  /** Takes changed settings, in this life and the next. */
  configure(settings: Settings): void {
    const same = isDeepStrictEqual(settings, this.#settings);
    this.#settings = settings;
    if (!same) this.#dht.configure(settings);
  }

  /** Hands over its values, says goodbye and closes. */
  leave(options?: LeaveOptions): Promise<void> {
    return this.#dht.leave(options);
  }

  /** Closes at once and says nothing. */
  crash(): void {
    this.#dht.crash();
  }

  /**
   * Ends the present life if need be and begins a new one, one restart after the other.
   *
   * @returns when it is bound
   * @throws as `bind` does
   */
  restart(ports: PortRegistry): Promise<void> {
    const bound = this.#restarts.then(() => {
      this.#renew();
      return this.bind(ports);
    });
    this.#restarts = bound.catch(() => {});
    return bound;
  }

  #renew(): void {
    this.#dht.crash();
    const stats = this.stats;
    if (stats) this.#init.onEnd(stats);
    this.#bindError = undefined;
    this.#dht = this.#create();
    this.#init.onState(this);
  }

  /** Counters of the present life; undefined before it was bound. */
  get stats(): RpcStats | undefined {
    return this.#dht.port === 0 ? undefined : this.#dht.kademlia.stats;
  }

  #create(): DhtNode {
    const { components, group, onState, onEvent, onChange } = this.#init;
    return new DhtNode(components, {
      name: this.name,
      tier: group.tier,
      region: group.region,
      settings: this.#settings,
      ...this.#places,
      capacity: group.capacity,
      onState: () => onState(this),
      onEvent: (_dht, event) => onEvent(this, event),
      onChange,
    });
  }
}
