import { attach, serveAttach } from './bootstrap/attach.js';
import { pause } from './bootstrap/pause.js';
import type { NodeState, Tier } from './control/api.js';
import type { Clock, RandomSource, TransportFactory } from './kademlia/components.js';
import { AddressBook, type Contact } from './kademlia/contact.js';
import { NodeId } from './kademlia/id.js';
import { KademliaNode } from './kademlia/node.js';
import type { Parameters } from './kademlia/node-init.js';
import type { NodeEvent, NodePart } from './node-part.js';
import { createParts } from './node-parts.js';
import { bindFirstFree } from './ports/bind.js';
import type { Settings } from './settings.js';
import { Deadlines } from './wire/deadlines.js';
import { systemClock, systemRandom } from './wire/system.js';
import { udp } from './wire/udp.js';

/** What the nodes of one process share. */
export interface NodeComponents {
  clock: Clock;
  random: RandomSource;
  transports: TransportFactory;
  deadlines: Deadlines;
  book: AddressBook;
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
  /** Told of every change of state. */
  onState?: (node: DhtNode) => void;
  /** Told of what else is worth knowing. */
  onEvent?: (node: DhtNode, event: NodeEvent) => void;
}

/** No bootstrap node took the node. */
export class BootstrapError extends Error {
  constructor(name: string, candidates: readonly string[]) {
    super(`${name}: none of the bootstrap nodes ${candidates.join(', ')} answered: check that they run`);
    this.name = 'BootstrapError';
  }
}

/** Walks to the own id before a node that heard from nobody counts as joined; each lasts as long as the time-outs take. */
const JOIN_ATTEMPTS = 5;
/** How often a node that runs without its bootstrap node tries again. Milliseconds. */
const RETRY_MS = 5000;

/** One participant of a network, whole: the Kademlia core with bootstrap, refresh and its own life. */
export class DhtNode {
  readonly name: string;
  readonly tier: Tier;
  readonly region: string;
  readonly id: NodeId;
  readonly #components: NodeComponents;
  readonly #init: DhtNodeInit;
  readonly #ended = new AbortController();
  #candidates: readonly string[];
  #settings: Settings;
  #kademlia: KademliaNode | undefined;
  #parts: NodePart[] = [];
  #parent: Contact | undefined;
  #reattaching = false;
  #state: NodeState = 'starting';
  #error: string | undefined;

  constructor(components: NodeComponents, init: DhtNodeInit) {
    this.#components = components;
    this.#init = init;
    this.#candidates = init.candidates;
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

  get address(): string {
    return this.#kademlia?.address ?? '';
  }

  get port(): number {
    return this.#kademlia?.port ?? 0;
  }

  /** The bootstrap node that it is attached to. */
  get parent(): Contact | undefined {
    return this.#parent;
  }

  /** Opens the socket on the first free one of `ports`. @throws PortsExhaustedError */
  async bind(address: string, ports: Iterable<number>): Promise<void> {
    const { transports, networkKey: _, ...shared } = this.#components;
    const transport = await bindFirstFree(transports, address, ports);
    const settings = this.#settings;
    this.#kademlia = new KademliaNode(
      { ...shared, transport },
      {
        id: this.id,
        extensions: !settings.legacy_compatibility_mode,
        parameters: parametersOf(settings),
      },
    );
    if (this.#kademlia.extensions) {
      serveAttach(this.#kademlia, this.#components.networkKey, () => this.#state === 'joined');
    }
    this.#parts = createParts({
      kademlia: this.#kademlia,
      settings,
      emit: (event) => this.#init.onEvent?.(this, event),
    });
  }

  /** Takes changed settings while it runs. */
  configure(settings: Settings): void {
    this.#settings = settings;
    this.#kademlia?.setParameters(parametersOf(settings));
    for (const part of this.#parts) part.configure(settings);
  }

  /**
   * Attaches to a bootstrap node and looks its own id up.
   *
   * @throws BootstrapError when no bootstrap node answered in all attempts
   */
  async join(signal?: AbortSignal): Promise<void> {
    const both = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    if (this.#candidates.length > 0) {
      this.#setState('attaching');
      this.#parent = await this.#attach(both);
      if (!this.#parent) return this.#fail(both);
    }
    this.#setState('joining');
    await this.#enter(both);
    if (both.aborted) return;
    for (const part of this.#parts) part.start();
    this.#setState('joined');
  }

  /** Uses other bootstrap nodes from now on; attaches anew when the first one changed. */
  setCandidates(candidates: readonly string[]): void {
    const moved = candidates[0] !== this.#candidates[0];
    this.#candidates = candidates;
    if (moved && this.#state === 'joined') void this.#reattach();
  }

  /** Gives its values to others, says goodbye and closes. */
  async leave(signal?: AbortSignal): Promise<void> {
    if (this.#state === 'left') return;
    this.#stop();
    if (this.#kademlia && this.#state === 'joined') await this.#kademlia.leave(signal);
    this.crash();
  }

  /** Closes at once and says nothing. */
  crash(): void {
    this.#stop();
    this.#kademlia?.close();
    this.#setState('left');
  }

  #stop(): void {
    for (const part of this.#parts) part.stop();
    this.#ended.abort();
  }

  #attach(signal: AbortSignal): Promise<Contact | undefined> {
    const settings = this.#settings;
    const { region } = this.#init;
    return attach(
      this.kademlia,
      { region, networkKey: this.#components.networkKey },
      this.#candidates,
      {
        connectionTimeoutMs: settings.bootstrap_connection_timeout * 1000,
        retryDelayMs: settings.bootstrap_fallback_retry_delay * 1000,
        maxRetries: settings.enable_bootstrap_fallback ? settings.bootstrap_fallback_max_retries : 1,
      },
      signal,
    );
  }

  /** Looks itself up until somebody has answered, or all attempts are used up. */
  async #enter(signal: AbortSignal): Promise<void> {
    const seeds = this.#parent ? [this.#parent] : [];
    for (let attempt = 1; ; attempt++) {
      const answered = await this.kademlia.join(seeds, signal);
      if (answered > 0 || seeds.length === 0 || signal.aborted || attempt >= JOIN_ATTEMPTS) return;
    }
  }

  async #reattach(): Promise<void> {
    if (this.#reattaching) return;
    this.#reattaching = true;
    const { clock } = this.#components;
    const { signal } = this.#ended;
    let parent: Contact | undefined;
    let wanted: string | undefined;
    // Candidates may change again while it attaches.
    while (!signal.aborted && (!parent || wanted !== this.#candidates[0])) {
      wanted = this.#candidates[0];
      parent = await this.#attach(signal);
      if (!parent) await pause(clock, RETRY_MS, signal);
    }
    this.#reattaching = false;
    if (!parent || signal.aborted) return;
    this.#parent = parent;
    await this.#enter(this.#ended.signal);
  }

  #fail(signal: AbortSignal): void {
    if (signal.aborted) return;
    const error = new BootstrapError(this.name, this.#candidates);
    this.#error = error.message;
    this.#setState('failed');
    throw error;
  }

  #setState(state: NodeState): void {
    if (this.#state === state || this.#state === 'left') return;
    this.#state = state;
    this.#init.onState?.(this);
  }
}

/** Those that the settings decide alone; with adaptive Kademlia alpha, K and the time-out follow the network's size. */
function parametersOf(settings: Settings): Partial<Parameters> {
  const common = {
    adaptiveWait: settings.enable_adaptive_kademlia,
    maxInFlight: settings.max_concurrent_operations,
    verifies: settings.enable_health_check,
  };
  if (settings.enable_adaptive_kademlia) return common;
  const { fallback_alpha: alpha, fallback_k: k, fallback_timeout: timeout } = settings;
  return { ...common, alpha, k, timeoutMs: timeout * 1000 };
}
