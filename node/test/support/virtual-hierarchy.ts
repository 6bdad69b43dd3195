import { DhtNode, type DhtNodeInit } from '../../src/dht-node.js';
import { AddressBook, Deadlines, SeededRandom, VirtualNetwork } from '../../src/index.js';
import type { NodeEvent } from '../../src/node-part.js';
import { parseSettings, type Settings } from '../../src/settings.js';

const tiers = ['super', 'regional', 'local', 'worker'] as const;
type HierarchyTier = (typeof tiers)[number];

/** Connections of a bootstrap node. Source: facts, section 2. */
const capacities: Record<HierarchyTier, number | null> = {
  super: 500,
  regional: 250,
  local: 50,
  worker: null,
};
/** Candidates of each tier at most. */
const candidatesOf: Record<string, number> = { super: 2, regional: 4, local: 8 };
const regions = ['east', 'west', 'north', 'south'] as const;
const firstPorts: Record<HierarchyTier, number> = {
  super: 5678,
  regional: 5682,
  local: 5698,
  worker: 7000,
};
/** Nodes that join at a time. */
const LANES = 64;

export interface HierarchyOptions {
  counts?: Partial<Record<HierarchyTier, number>>;
  seed?: number;
  settings?: Record<string, string>;
  /** Nodes of a tier take so many; instead of what the tier takes. */
  capacity?: Partial<Record<HierarchyTier, number | null>>;
}

export interface HierarchyEvent extends NodeEvent {
  atMs: number;
  node: string;
}

/** The three tiers and their workers on a virtual network, wired as the planner wires them. */
export class VirtualHierarchy {
  readonly network: VirtualNetwork;
  readonly nodes = new Map<string, DhtNode>();
  readonly events: HierarchyEvent[] = [];
  readonly #options: HierarchyOptions;
  readonly #components;
  readonly #counts: Record<HierarchyTier, number>;
  /** Parent of each place, by place. */
  readonly #parents = new Map<string, string>();
  readonly #settings: Settings;
  /** Region of each node, by name. */
  readonly #regions = new Map<string, string>();
  /** Candidates by tier and parent. */
  readonly #below = new Map<string, string[]>();
  readonly #rings: Record<HierarchyTier, string[]>;

  constructor(options: HierarchyOptions = {}) {
    const { seed = 1, counts = {} } = options;
    this.#options = options;
    this.#counts = { super: 4, regional: 16, local: 64, worker: 100, ...counts };
    this.network = new VirtualNetwork(seed, { latencyMs: 2, jitterMs: 3 });
    this.#components = {
      clock: this.network.clock,
      random: new SeededRandom(seed),
      transports: this.network,
      deadlines: new Deadlines(this.network.clock),
      book: new AddressBook(),
      networkKey: 'test',
    };
    this.#settings = parseSettings(options.settings ?? {});
    this.#wire();
    this.#rings = {
      super: this.#ringOf('super'),
      regional: this.#ringOf('regional'),
      local: this.#ringOf('local'),
      worker: [],
    };
  }

  run<T>(promise: Promise<T>): Promise<T> {
    return this.network.clock.run(promise);
  }

  /** Lets virtual time pass until something is so. @returns the time that it took, milliseconds */
  async until(what: string, isSo: () => boolean, mostMs: number, stepMs = 250): Promise<number> {
    const { clock } = this.network;
    const startedAtMs = clock.now();
    while (!isSo()) {
      if (clock.now() - startedAtMs >= mostMs) throw new Error(`Waited ${mostMs / 1000} s for ${what}`);
      await clock.advance(stepMs);
    }
    return clock.now() - startedAtMs;
  }

  /** Starts the nodes, tier by tier. @param workers only the first ones */
  async start(workers = this.#counts.worker): Promise<void> {
    const counts = { ...this.#counts, worker: workers };
    for (const tier of tiers) await this.startAll(namesOf(tier, counts[tier]));
  }

  async startAll(names: readonly string[]): Promise<void> {
    const waiting = [...names].reverse();
    const lane = async () => {
      for (let name = waiting.pop(); name; name = waiting.pop()) await (await this.add(name)).join();
    };
    await this.run(Promise.all(Array.from({ length: LANES }, lane)));
  }

  /** Makes a node in its place and binds it; one that was there has crashed. */
  async add(name: string, more: Partial<DhtNodeInit> = {}): Promise<DhtNode> {
    this.nodes.get(name)?.crash();
    const { tier, index } = parseName(name);
    const place = this.place(name);
    const capacity = this.#options.capacity?.[tier];
    const node = new DhtNode(this.#components, {
      name,
      tier,
      region: this.regionOf(name),
      settings: this.#settings,
      candidates: this.#candidatesOf(tier, index),
      siblings: this.#rings[tier],
      fallbackCandidates: this.#fallbackOf(tier, index),
      capacity: capacity === undefined ? capacities[tier] : capacity,
      onEvent: (_node, event) => this.events.push({ ...event, atMs: this.network.clock.now(), node: name }),
      ...more,
    });
    this.nodes.set(name, node);
    const [address, port] = split(place);
    await node.bind(address, port);
    return node;
  }

  node(name: string): DhtNode {
    const node = this.nodes.get(name);
    if (!node) throw new Error(`There is no node ${name}`);
    return node;
  }

  /** Nodes of a tier that are alive. */
  alive(tier: HierarchyTier): DhtNode[] {
    return [...this.nodes.values()].filter((node) => node.tier === tier && node.state === 'joined');
  }

  crash(names: readonly string[]): void {
    for (const name of names) this.node(name).crash();
  }

  /** `address:port` of the parent that its plan gives a node. */
  homeOf(name: string): string | undefined {
    return this.#parents.get(this.place(name));
  }

  /** Names of the nodes whose plan gives them this parent. */
  childrenOf(name: string): string[] {
    const place = this.place(name);
    return [...this.nodes.keys()].filter((child) => this.#parents.get(this.place(child)) === place);
  }

  /** Whether a node is attached to one that is alive. */
  isAttached({ parent }: DhtNode): boolean {
    if (!parent) return false;
    const node = this.nodes.get(this.nameAt(`${parent.address}:${parent.port}`));
    return node?.state === 'joined';
  }

  nameAt(place: string): string {
    const [, port] = split(place);
    const tier = [...tiers].reverse().find((each) => port >= firstPorts[each]) ?? 'super';
    return nameOf(tier, port - firstPorts[tier]);
  }

  /** `address:port` of a node. */
  place(name: string): string {
    const { tier, index } = parseName(name);
    return `10.0.0.1:${firstPorts[tier] + index}`;
  }

  regionOf(name: string): string {
    const known = this.#regions.get(name);
    if (known) return known;
    const { tier, index } = parseName(name);
    const parent = this.#parents.get(this.place(name));
    const region =
      tier === 'super' || !parent
        ? (regions[index % regions.length] as string)
        : this.regionOf(this.nameAt(parent));
    this.#regions.set(name, region);
    return region;
  }

  close(): void {
    for (const node of this.nodes.values()) node.crash();
    this.#components.deadlines.close();
  }

  /** As the planner does: full lower tiers send workers to the tier above. */
  #wire(): void {
    const { super: supers, regional, local, worker } = this.#counts;
    const parent = (tier: HierarchyTier, index: number, above: HierarchyTier, aboveIndex: number) =>
      this.#parents.set(this.place(nameOf(tier, index)), this.place(nameOf(above, aboveIndex)));
    for (let i = 0; i < regional; i++) parent('regional', i, 'super', Math.floor((i * supers) / regional));
    const aboveLocal = regional > 0 ? 'regional' : 'super';
    for (let i = 0; i < local; i++)
      parent('local', i, aboveLocal, Math.floor((i * this.#counts[aboveLocal]) / local));
    let next = 0;
    for (const tier of ['local', 'regional', 'super'] as const) {
      const count = this.#counts[tier];
      const each =
        (capacities[tier] ?? 0) - (tier === 'regional' ? Math.ceil(local / Math.max(1, count)) : 0);
      const share = Math.min(worker - next, each * count);
      for (let i = 0; i < share; i++) parent('worker', next++, tier, Math.floor((i * count) / share));
    }
  }

  #candidatesOf(tier: HierarchyTier, index: number): string[] {
    if (tier === 'super') return this.#all('super').slice(0, index);
    const parent = this.#parents.get(this.place(nameOf(tier, index))) as string;
    const key = `${tier} ${parent}`;
    const known = this.#below.get(key);
    if (known) return known;
    const chain = [parent];
    for (let above = this.#parents.get(parent); above; above = this.#parents.get(above)) chain.push(above);
    const candidates = chain.flatMap((above) => this.#around(above, tier));
    this.#below.set(key, candidates);
    return candidates;
  }

  /** A node, then its region, then a few of the others, in the order of the ring. */
  #around(place: string, below: HierarchyTier): string[] {
    const { tier } = parseName(this.nameAt(place));
    const most = below === 'regional' ? this.#counts.super : (candidatesOf[tier] as number);
    const ring = this.#rings[tier];
    const at = ring.indexOf(place);
    const rest = [...ring.slice(at + 1), ...ring.slice(0, at)];
    const region = this.regionOf(this.nameAt(place));
    const near = rest.filter((other) => this.regionOf(this.nameAt(other)) === region);
    const far = rest.filter((other) => !near.includes(other));
    return [place, ...near.slice(0, Math.ceil((most * 3) / 4) - 1), ...far].slice(0, most);
  }

  #fallbackOf(tier: HierarchyTier, index: number): string[] {
    return this.#all('super').slice(0, tier === 'super' ? Math.min(2, index) : 2);
  }

  /** The ring of a tier: its regions in turn. */
  #ringOf(tier: HierarchyTier): string[] {
    const turns = new Map<string, number>();
    return this.#all(tier)
      .map((place) => {
        const region = this.regionOf(this.nameAt(place));
        const turn = turns.get(region) ?? 0;
        turns.set(region, turn + 1);
        return { place, key: turn * regions.length + regions.indexOf(region as (typeof regions)[number]) };
      })
      .sort((a, b) => a.key - b.key)
      .map(({ place }) => place);
  }

  #all(tier: HierarchyTier): string[] {
    return namesOf(tier, this.#counts[tier]).map((name) => this.place(name));
  }
}

/** Names of the first nodes of a tier. */
export function namesOf(tier: HierarchyTier, count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => nameOf(tier, from + index));
}

function nameOf(tier: HierarchyTier, index: number): string {
  return `${tier}-${index}`;
}

function parseName(name: string): { tier: HierarchyTier; index: number } {
  const [tier, index] = name.split('-');
  return { tier: tier as HierarchyTier, index: Number(index) };
}

function split(place: string): [string, number] {
  const [address, port] = place.split(':');
  return [address as string, Number(port)];
}
