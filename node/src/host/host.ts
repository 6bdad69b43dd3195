import type { BootstrapPlaces } from '../bootstrap/bootstrap.js';
import type { ReconcileAnswer } from '../control/host-api.js';
import { HttpError, messageOf } from '../control/http-error.js';
import { inLanes } from '../control/lanes.js';
import { aborted } from '../control/pause.js';
import type { HostSettingsView, SettingOverlay } from '../control/settings-api.js';
import { createProcessComponents, type NodeComponents } from '../dht-node.js';
import type { NodeEvent } from '../node-part.js';
import { PortError } from '../ports/errors.js';
import { PortRegistry } from '../ports/registry.js';
import type { Settings } from '../settings.js';
import { addStats, type Counters, noCounters } from './counters.js';
import { createHostFaults } from './faults/create-host-faults.js';
import type { HostFaults } from './faults/host-faults.js';
import { HostSettings } from './host-settings.js';
import { HostedNode } from './hosted-node.js';
import { type GoodbyeOptions, leaveTogether } from './leave-together.js';
import { type HostSpec, type NodeGroup, type NodeSpec, nodesOf } from './spec.js';

/** Nodes of one host that join at a time: more only wait for each other's answers. */
const JOIN_CONCURRENCY = 16;

/** A node of a spec with the group that it belongs to. */
interface PlacedNode {
  node: NodeSpec;
  group: NodeGroup;
}

/** A host can't do what its spec says; one line for the user. */
export class HostError extends Error {
  override name = 'HostError';
}

export interface HostInit {
  /** Keeps its nodes from attaching to another network. */
  networkKey?: string;
  /** Told of every change of a node's state. */
  onState?: (node: HostedNode) => void;
  /** Told of what else happens to a node. */
  onEvent?: (node: HostedNode, event: NodeEvent) => void;
  /** Told when what a node reports has changed otherwise. */
  onChange?: () => void;
}

/** The nodes of one process: starts them, keeps them as the spec says, ends them. */
export class Host {
  readonly components: NodeComponents;
  /** Where its nodes get their ports from. */
  readonly ports: PortRegistry;
  readonly faults: HostFaults;
  readonly #nodes = new Map<string, HostedNode>();
  readonly #settings: HostSettings;
  readonly #onState: (node: HostedNode) => void;
  readonly #onEvent: (node: HostedNode, event: NodeEvent) => void;
  readonly #onChange: () => void;
  /** Counters of the nodes that are gone. */
  readonly #ended = noCounters();
  #spec: HostSpec;
  #specRevision = 0;
  #work: Promise<unknown> = Promise.resolve();
  #ending = false;

  /** @throws SettingError, HostError */
  constructor(
    spec: HostSpec,
    { networkKey, onState = () => {}, onEvent = () => {}, onChange = () => {} }: HostInit = {},
  ) {
    this.components = createProcessComponents(networkKey);
    checkIndices(spec);
    this.#spec = spec;
    this.#settings = new HostSettings(spec);
    const { clock, random, transports } = this.components;
    this.faults = createHostFaults({
      clock,
      random,
      transports,
      address: () => this.#spec.address,
      range: () => this.#spec.ports,
      lives: {
        lifeOf: (name) => this.#nodes.get(name)?.dht,
        crash: (name) => this.#nodes.get(name)?.crash(),
        restart: (names) => this.#restartAll(names),
      },
    });
    this.ports = new PortRegistry({
      clock,
      transports,
      space: spec.ports,
      timeoutMs: () => this.settings.port_allocation_timeout * 1000,
    });
    this.#onState = onState;
    this.#onEvent = onEvent;
    this.#onChange = onChange;
  }

  get spec(): HostSpec {
    return this.#spec;
  }

  /** Count of the specs that it was given since it started. */
  get specRevision(): number {
    return this.#specRevision;
  }

  /** Its own; a node can have others. */
  get settings(): Settings {
    return this.#settings.ofHost;
  }

  /** Of what was changed since it was deployed. */
  get settingsRevision(): number {
    return this.#settings.revision;
  }

  get nodes(): readonly HostedNode[] {
    return [...this.#nodes.values()];
  }

  /** Whether all its nodes have joined. */
  get isReady(): boolean {
    return this.nodes.every((node) => node.isJoined);
  }

  /** Nodes that are about to join. */
  get underway(): number {
    return this.nodes.filter((node) => node.isAlive && !node.isJoined).length;
  }

  /**
   * Binds all nodes and begins to join them.
   *
   * @returns when all are bound; joining goes on
   * @throws HostError when a node that needs its very port can't have it
   */
  async start(): Promise<void> {
    for (const placed of placedNodes(this.#spec)) this.#add(placed);
    await this.#bindAll(this.nodes);
    void this.#joinAll(this.nodes);
  }

  /**
   * Makes the nodes what a changed spec says: new ones join, missing ones leave, those with other
   * candidates attach anew, and all take its settings.
   *
   * @returns what it begins to do; it goes on afterwards
   * @throws HostError when the spec is another host's
   * @throws SettingError
   */
  reconcile(spec: HostSpec): ReconcileAnswer {
    checkIndices(spec);
    for (const key of ['network', 'name'] as const) {
      if (spec[key] !== this.#spec[key])
        throw new HostError(`${key} can't change from "${this.#spec[key]}" to "${spec[key]}"`);
    }
    this.#settings.give(spec);
    const wanted = new Map(placedNodes(spec).map((placed) => [placed.node.name, placed]));
    const stays = (node: HostedNode) => {
      const next = wanted.get(node.name);
      return next !== undefined && node.isAs(next.node, next.group, spec.address);
    };
    const leaving = this.nodes.filter((node) => !stays(node));
    const staying = this.nodes.filter(stays);
    const before = new Map(staying.map((node) => [node, this.#candidatesOf(node.spec)[0]]));
    this.#spec = spec;
    this.#specRevision++;
    this.ports.setSpace(spec.ports);
    for (const node of leaving) this.#nodes.delete(node.name);
    let moved = 0;
    for (const node of staying) {
      const placed = wanted.get(node.name) as PlacedNode;
      node.spec = placed.node;
      const places = this.#placesOf(placed);
      if (places.candidates[0] !== before.get(node)) moved++;
      node.setPlaces(places);
    }
    this.#configure();
    const joining = [...wanted.values()].filter(({ node }) => !this.#nodes.has(node.name));
    const added = joining.map((placed) => this.#add(placed));
    this.#inTurn(async () => {
      await this.#leaveAll(leaving);
      // One that can't bind has failed, and says so; the others go on.
      for (const node of added) await node.bind(this.ports).catch(() => {});
      await this.#joinAll(added);
    });
    return { joining: joining.length, leaving: leaving.length, moved, revision: this.#specRevision };
  }

  /** Takes settings that were changed while the network runs. @throws SettingError and changes nothing */
  overlaySettings(overlay: SettingOverlay): void {
    this.#settings.overlay(overlay);
    this.#configure();
  }

  viewSettings(): HostSettingsView {
    return this.#settings.view(this.#nodes.values());
  }

  /** @throws HttpError 404 */
  node(name: string): HostedNode {
    const node = this.#nodes.get(name);
    if (!node) throw new HttpError(404, `Host ${this.#spec.name} has no node "${name}"`);
    return node;
  }

  /** The node with that name, if it can be asked. */
  joined(name: string): HostedNode | undefined {
    const node = this.#nodes.get(name);
    return node?.isJoined ? node : undefined;
  }

  /** Starts a node anew, under the same name and id. @returns when it is bound; joining goes on */
  async restart(name: string): Promise<HostedNode> {
    const node = this.node(name);
    try {
      await node.restart(this.ports);
    } catch (error) {
      throw new HttpError(503, messageOf(error));
    }
    void node.join();
    return node;
  }

  /**
   * Ends all nodes.
   *
   * @param goodbye how they leave, false = at once; those that have not left when its signal aborts are closed
   */
  async end(goodbye: GoodbyeOptions | false): Promise<void> {
    this.#ending = true;
    // Before the nodes end: a fault must not begin their lives anew.
    await this.faults.liftAll();
    if (goodbye) await this.#leaveAll(this.nodes, goodbye);
    for (const node of this.nodes) node.crash();
    this.components.deadlines.close();
  }

  /** Totals of all nodes that there were since the process started. */
  counters(): Counters {
    const sum = structuredClone(this.#ended);
    for (const { stats } of this.#nodes.values()) if (stats) addStats(sum, stats);
    return sum;
  }

  #add(placed: PlacedNode): HostedNode {
    const { node: spec, group } = placed;
    const node = new HostedNode(spec, {
      components: this.components,
      settings: this.#settings.of(spec.name),
      group,
      address: this.#spec.address,
      faults: this.faults.of(spec.name),
      places: this.#placesOf(placed),
      onState: (changed) => this.#onState(changed),
      onEvent: (changed, event) => this.#onEvent(changed, event),
      onChange: this.#onChange,
      onEnd: (stats) => addStats(this.#ended, stats),
    });
    this.#nodes.set(spec.name, node);
    return node;
  }

  #configure(): void {
    for (const node of this.#nodes.values()) node.configure(this.#settings.of(node.name));
  }

  #candidatesOf(spec: NodeSpec): readonly string[] {
    return this.#spec.candidates[spec.candidates] ?? [];
  }

  #placesOf({ node, group: { siblings } }: PlacedNode): BootstrapPlaces {
    const { fallbackCandidates } = this.#spec;
    return { candidates: this.#candidatesOf(node), siblings, fallbackCandidates };
  }

  async #bindAll(nodes: readonly HostedNode[]): Promise<void> {
    for (const node of nodes) {
      try {
        await node.bind(this.ports);
      } catch (error) {
        if (!(error instanceof PortError) || node.tier !== 'worker')
          throw new HostError(describe(node, error));
      }
    }
  }

  /** Those that can't bind have failed, and say so. @returns when all are bound; joining goes on */
  async #restartAll(names: readonly string[]): Promise<void> {
    const nodes = names.flatMap((name) => this.#nodes.get(name) ?? []);
    for (const node of nodes) {
      if (this.#ending) return;
      await node.restart(this.ports).catch(() => {});
      if (this.#ending) node.crash();
    }
    void this.#joinAll(nodes);
  }

  #joinAll(nodes: readonly HostedNode[]): Promise<void> {
    return inLanes(nodes, JOIN_CONCURRENCY, async (node) => {
      if (!this.#ending) await node.join();
    });
  }

  async #leaveAll(nodes: readonly HostedNode[], options: GoodbyeOptions = {}): Promise<void> {
    const left = leaveTogether(nodes, options);
    const { signal } = options;
    await (signal ? Promise.race([left, aborted(signal)]) : left);
    for (const node of nodes) {
      node.crash();
      if (!this.#nodes.has(node.name) && node.stats) addStats(this.#ended, node.stats);
    }
  }

  /** Changes of the spec are carried out one after the other. */
  #inTurn(work: () => Promise<void>): void {
    this.#work = this.#work.then(work, work);
  }
}

function placedNodes({ groups }: HostSpec): PlacedNode[] {
  return groups.flatMap((group) => group.nodes.map((node) => ({ node, group })));
}

function checkIndices(spec: HostSpec): void {
  const names = new Set<string>();
  for (const node of nodesOf(spec)) {
    if (node.candidates >= spec.candidates.length)
      throw new HostError(
        `Node ${node.name} takes its candidates from one of ${spec.candidates.length} lists, got ${node.candidates}`,
      );
    if (names.has(node.name)) throw new HostError(`Node ${node.name} is there twice`);
    names.add(node.name);
  }
}

function describe(node: HostedNode, error: unknown): string {
  if (error instanceof PortError) return `${node.name}: ${error.message}`;
  const { code } = error as NodeJS.ErrnoException;
  const what = `${node.address}:${node.spec.port}`;
  return `${node.name}: can't listen on ${what} (${code ?? messageOf(error)})`;
}
