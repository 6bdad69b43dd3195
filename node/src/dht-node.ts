import { backOffMs } from './bootstrap/back-off.js';
import { Bootstrap, type BootstrapPlaces } from './bootstrap/bootstrap.js';
import type { BootstrapLoad, NodeState, Tier } from './control/api.js';
import type { Discovery } from './discovery/discovery.js';
import type { Clock, RandomSource, Transport, TransportFactory } from './kademlia/components.js';
import { AddressBook, type Contact } from './kademlia/contact.js';
import { NodeId } from './kademlia/id.js';
import { KademliaNode } from './kademlia/node.js';
import type { Parameters } from './kademlia/node-init.js';
import { pause } from './kademlia/pause.js';
import { StorageBudget } from './kademlia/values/storage-budget.js';
import type { NodeEvent } from './node-part.js';
import { createParts, type NodeParts } from './node-parts.js';
import { bindFixed } from './ports/bind.js';
import type { Settings } from './settings.js';
import { Deadlines } from './wire/deadlines.js';
import { valueMemoryBytes } from './wire/memory.js';
import { ownAddresses } from './wire/own-addresses.js';
import { systemClock, systemRandom } from './wire/system.js';
import { udp } from './wire/udp.js';

/** What the nodes of one process share. */
export interface NodeComponents {
  clock: Clock;
  random: RandomSource;
  transports: TransportFactory;
  deadlines: Deadlines;
  book: AddressBook;
  storageBudget?: StorageBudget;
  /** Nodes attach only to nodes with the same key: it keeps networks apart whose addresses meet. */
  networkKey: string;
}

/** Components of a real process: the system's clock, randomness and UDP. */
export function createProcessComponents(networkKey = ''): NodeComponents {
  return {
    networkKey,
    clock: systemClock,
    random: systemRandom,
    transports: udp,
    deadlines: new Deadlines(systemClock),
    book: new AddressBook(),
    storageBudget: new StorageBudget(valueMemoryBytes()),
  };
}

export interface DhtNodeInit {
  /** Its 160-bit id is the SHA-1 of this. */
  name: string;
  tier: Tier;
  region: string;
  settings: Settings;
  /** Bootstrap nodes, `address:port`, in order of preference; none = the first node of a network. */
  candidates: readonly string[];
  /** The ring of its tier, itself among them, `address:port`; none = nobody stands in for it. */
  siblings?: readonly string[] | undefined;
  /** Bootstrap nodes without the hierarchy, `address:port`; undefined = the candidates. */
  fallbackCandidates?: readonly string[] | undefined;
  /** Nodes that may attach to it; null = as many as come. */
  capacity?: number | null;
  /** Told of every change of state. */
  onState?: (node: DhtNode) => void;
  /** Told of what else is worth knowing. */
  onEvent?: (node: DhtNode, event: NodeEvent) => void;
  /** Told when its parent or the number of nodes attached to it has changed; at most once a second. */
  onChange?: (node: DhtNode) => void;
}

export interface LeaveOptions {
  signal?: AbortSignal | undefined;
  together?: ReadonlySet<string>;
}

/** No bootstrap node took the node. */
export class BootstrapError extends Error {
  /** @param foreign those that answered, and belong to another network */
  constructor(name: string, candidates: readonly string[], foreign: readonly string[]) {
    super(
      foreign.length > 0
        ? `${name}: ${foreign.join(', ')} answered, but with another network key: check NETWORK_KEY, and that it is the right network`
        : `${name}: none of the bootstrap nodes ${candidates.join(', ')} answered: check that they run`,
    );
    this.name = 'BootstrapError';
  }
}

/**
 * A node that has entered looks around so much later, since entering is what others wait for: at least, and at most that
 * much more. Milliseconds.
 */
const LOOK_AROUND_AFTER_MS = 800;
const LOOK_AROUND_SPREAD_MS = 1000;
/** Other nodes with the same id that are told of at most. */
const MAX_TWINS = 8;
/** Walks to the own id before a node that heard from nobody counts as joined; each lasts as long as the time-outs take. */
const JOIN_ATTEMPTS = 5;

/** One participant of a network, whole: the Kademlia core with bootstrap, refresh and its own life. */
export class DhtNode {
  readonly name: string;
  readonly tier: Tier;
  readonly region: string;
  readonly id: NodeId;
  readonly #components: NodeComponents;
  readonly #init: DhtNodeInit;
  readonly #ended = new AbortController();
  #places: BootstrapPlaces;
  #settings: Settings;
  #kademlia: KademliaNode | undefined;
  #parts: NodeParts | undefined;
  #bootstrap: Bootstrap | undefined;
  /** Places where another node with the same id was found. */
  readonly #twins = new Set<string>();
  #state: NodeState = 'starting';
  #error: string | undefined;

  constructor(components: NodeComponents, init: DhtNodeInit) {
    this.#components = components;
    this.#init = init;
    const { candidates, siblings = [], fallbackCandidates } = init;
    this.#places = { candidates, siblings, fallbackCandidates };
    this.#settings = init.settings;
    this.name = init.name;
    this.tier = init.tier;
    this.region = init.region;
    this.id = NodeId.fromName(init.name);
  }

  get state(): NodeState {
    return this.#state;
  }

  /** Why it failed, one line. */
  get error(): string | undefined {
    return this.#error;
  }

  /** The core; there once the node is bound. */
  get kademlia(): KademliaNode {
    if (!this.#kademlia) throw new Error(`Node ${this.name} is not bound to a port yet`);
    return this.#kademlia;
  }

  /** Finds other nodes; there once the node is bound. */
  get discovery(): Discovery {
    if (!this.#parts) throw new Error(`Node ${this.name} is not bound to a port yet`);
    return this.#parts.discovery;
  }

  get address(): string {
    return this.#kademlia?.address ?? '';
  }

  get port(): number {
    return this.#kademlia?.port ?? 0;
  }

  /** The bootstrap node that it is attached to. */
  get parent(): Contact | undefined {
    return this.#bootstrap?.parent;
  }

  /** What it carries as a bootstrap node; undefined when it is none or hands out no leases. */
  bootstrapLoad(): BootstrapLoad | undefined {
    return this.#bootstrap?.load;
  }

  /** Opens its socket. @throws PortsExhaustedError */
  async bind(address: string, port: number): Promise<void> {
    this.use(await bindFixed(this.#components.transports, address, port));
  }

  /** Takes a socket that is open; from then on the node answers. */
  use(transport: Transport): void {
    const { transports: _transports, networkKey, ...shared } = this.#components;
    const settings = this.#settings;
    this.#kademlia = new KademliaNode(
      { ...shared, transport },
      {
        id: this.id,
        extensions: !settings.legacy_compatibility_mode,
        parameters: parametersOf(settings),
      },
    );
    const emit = (event: NodeEvent) => this.#init.onEvent?.(this, event);
    this.#kademlia.onOwnId = (contact) => void this.#checkTwin(contact);
    const { tier, region, capacity = null } = this.#init;
    this.#bootstrap = new Bootstrap({
      node: this.#kademlia,
      tier,
      region,
      networkKey,
      settings,
      capacity,
      places: this.#places,
      isJoined: () => this.#state === 'joined',
      emit,
      onChange: () => this.#init.onChange?.(this),
    });
    this.#parts = createParts({ kademlia: this.#kademlia, settings, emit });
  }

  /** Takes changed settings while it runs. */
  configure(settings: Settings): void {
    this.#settings = settings;
    // What has ended must not begin anew.
    if (this.#ended.signal.aborted) return;
    this.#kademlia?.setParameters(parametersOf(settings));
    this.#bootstrap?.configure(settings);
    for (const part of this.#parts?.all ?? []) part.configure(settings);
  }

  /**
   * Finds its network through a bootstrap node and looks its own id up.
   *
   * A node that no bootstrap node took goes on trying in the background, and has joined when one comes back.
   *
   * @throws BootstrapError when no bootstrap node answered in all attempts
   */
  async join(signal?: AbortSignal): Promise<void> {
    const both = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    const bootstrap = this.#boundBootstrap;
    if (bootstrap.hasCandidates) this.#setState('attaching');
    const seeds = await bootstrap.find(both);
    if (both.aborted) return;
    if (seeds) return this.#enter(seeds, both);
    const error = new BootstrapError(this.name, this.#places.candidates, bootstrap.foreign);
    this.#error = error.message;
    this.#setState('failed');
    void this.#keepTrying(both);
    throw error;
  }

  /** Uses other bootstrap nodes from now on; attaches anew when the first one changed. */
  setPlaces(places: Partial<BootstrapPlaces>): void {
    this.#places = { ...this.#places, ...places };
    this.#bootstrap?.setPlaces(places);
  }

  /**
   * Gives its values to others, says goodbye and closes.
   *
   * @param together hexadecimal ids of nodes that leave with it, when somebody has given away the values of all
   */
  async leave({ signal, together }: LeaveOptions = {}): Promise<void> {
    if (this.#state === 'left') return;
    this.#stop();
    if (this.#kademlia && this.#state === 'joined') {
      this.#bootstrap?.release();
      if (together) await this.#kademlia.sayGoodbye(together);
      else await this.#kademlia.leave(signal);
    }
    this.crash();
  }

  /** Closes at once and says nothing. */
  crash(): void {
    this.#stop();
    this.#kademlia?.close();
    this.#setState('left');
  }

  #stop(): void {
    for (const part of this.#parts?.all ?? []) part.stop();
    this.#bootstrap?.stop();
    this.#ended.abort();
  }

  /** Its own id was named at another place: an old one of its own, or that of another node. */
  async #checkTwin({ address, port }: Contact): Promise<void> {
    const place = `${address}:${port}`;
    const isOwn = port === this.port && (address === this.address || ownAddresses().has(address));
    if (isOwn || this.#twins.has(place) || this.#twins.size >= MAX_TWINS) return;
    this.#twins.add(place);
    const found = await this.kademlia.contactAt(address, port);
    if (!found?.id.equals(this.id)) {
      this.#twins.delete(place);
      return;
    }
    const message = `another node at ${place} has the same id: give each node a NODE_ID of its own`;
    this.#init.onEvent?.(this, { type: 'duplicate-id', message });
  }

  get #boundBootstrap(): Bootstrap {
    if (!this.#bootstrap) throw new Error(`Node ${this.name} is not bound to a port yet`);
    return this.#bootstrap;
  }

  /** Looks itself up until somebody has answered, or all attempts are used up; then it has joined. */
  async #enter(seeds: Contact[], signal: AbortSignal): Promise<void> {
    this.#setState('joining');
    for (let attempt = 1; ; attempt++) {
      const answered = await this.kademlia.enter(seeds, signal);
      if (answered > 0 || seeds.length === 0 || signal.aborted || attempt >= JOIN_ATTEMPTS) break;
    }
    if (signal.aborted) return;
    this.#error = undefined;
    for (const part of this.#parts?.all ?? []) part.start();
    this.#setState('joined');
    this.#boundBootstrap.start();
    void this.#lookAround(seeds, signal);
  }

  async #lookAround(seeds: Contact[], signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#components;
    await pause(clock, LOOK_AROUND_AFTER_MS + random.float() * LOOK_AROUND_SPREAD_MS, signal);
    if (!signal.aborted) await this.kademlia.lookAround(seeds, signal);
  }

  async #keepTrying(signal: AbortSignal): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      const delayMs = backOffMs(this.#settings, attempt);
      await pause(this.#components.clock, delayMs, signal);
      const seeds = await this.#boundBootstrap.find(signal, 1);
      if (seeds && !signal.aborted) return this.#enter(seeds, signal);
    }
  }

  #setState(state: NodeState): void {
    if (this.#state === state || this.#state === 'left') return;
    this.#state = state;
    this.#init.onState?.(this);
  }
}

/** Those that the settings decide alone; with adaptive Kademlia alpha, K and the time-out follow the network's size. */
export function parametersOf(settings: Settings): Partial<Parameters> {
  const common = {
    adaptiveWait: settings.enable_adaptive_kademlia,
    maxInFlight: settings.max_concurrent_operations,
    verifies: settings.enable_health_check,
  };
  if (settings.enable_adaptive_kademlia) return common;
  const { fallback_alpha: alpha, fallback_k: k, fallback_timeout: timeout } = settings;
  return { ...common, alpha, k, timeoutMs: timeout * 1000 };
}
