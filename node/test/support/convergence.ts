import { AddressBook, Deadlines, DhtNode, NodeId, SeededRandom, VirtualNetwork } from '../../src/index.js';
import type { Clock } from '../../src/kademlia/components.js';
import { CLOCK_BOUND_MS } from '../../src/kademlia/values/hybrid-clock.js';
import { compareVersions, type Version } from '../../src/kademlia/values/version.js';
import { parseSettings } from '../../src/settings.js';
import { unpack } from '../../src/wire/message-pack.js';

const SIZE = 50;
const LEGACY = 10;
/** Nodes that join through the first ones. */
const FIRST = 3;
const SPLITS_MS = [1000, 3000, 10_000, 60_000, 600_000, 3_600_000];
/** Writes that lie further apart are ordered as in real time. */
const APART_MS = 2 * CLOCK_BOUND_MS + 1000;
const CRASHED = 4;

export interface Outcome {
  seed: number;
  splitMs: number;
  /** What readers of ours got that is not the newest value, one line each. */
  stale: string[];
  reads: number;
}

/** Values are written on both sides of a split, by writers whose clocks differ, while nodes crash; everything follows from the seed. */
export class Convergence {
  readonly network: VirtualNetwork;
  readonly #random: SeededRandom;
  readonly #shared;
  readonly #nodes: DhtNode[] = [];
  readonly #legacy: DhtNode[] = [];
  readonly #seed: number;
  /** What was written last in real time, by key, where nothing else was written close to it. */
  readonly #last = new Map<string, string | undefined>();

  constructor(seed: number) {
    this.#seed = seed;
    this.network = new VirtualNetwork(seed, { latencyMs: 3, jitterMs: 4 });
    this.#random = new SeededRandom(seed * 7919);
    this.#shared = {
      random: new SeededRandom(seed),
      transports: this.network,
      deadlines: new Deadlines(this.network.clock),
      book: new AddressBook(),
      networkKey: 'test',
    };
  }

  get splitMs(): number {
    return SPLITS_MS[this.#seed % SPLITS_MS.length] as number;
  }

  /** @param laterMs how long after the split the values are read once more */
  async run(laterMs: number): Promise<Outcome> {
    const { clock } = this.network;
    await this.#bringUp();
    const keys = ['large', 'small', 'deleted', 'contended', 'calm'];
    for (const [i, key] of keys.entries()) await this.#write(this.#some(), key, firstValue(key, i));
    await clock.advance(5000);
    const [left, right] = this.#split();
    const away = this.#legacy[0];
    await clock.advance(200);
    await this.#write(pick(left, this.#random), 'large', sized('large', 'left'));
    await this.#write(pick(left, this.#random), 'small', sized('small', 'left'));
    await this.#write(pick(left, this.#random), 'deleted', sized('deleted', 'left'));
    await this.#contend([...some(left, 3, this.#random), ...some(right, 3, this.#random)]);
    const isApart = this.splitMs > APART_MS;
    if (isApart) await clock.advance(APART_MS);
    await this.#write(pick(right, this.#random), 'large', sized('large', 'right'), isApart);
    await this.#write(pick(right, this.#random), 'small', sized('small', 'right'), isApart);
    await this.#delete(pick(right, this.#random), 'deleted', isApart);
    if (this.#seed % 2 === 1) for (const node of some(this.#alive(), CRASHED, this.#random)) node.crash();
    await clock.advance(Math.max(0, this.splitMs - (isApart ? APART_MS : 0)));
    this.network.restore();
    // A holder without versions was away, comes back, and sends on what it has.
    await this.#sendOn(away, keys);
    await clock.advance(60_000);
    const stale = await this.#read(keys, 'after a minute');
    await clock.advance(laterMs);
    await this.#sendOn(away, keys);
    await clock.advance(5000);
    stale.push(...(await this.#read(keys, 'later')));
    const reads = 2 * keys.length * this.#alive().length;
    this.#close();
    return { seed: this.#seed, splitMs: this.splitMs, stale, reads };
  }

  /** As it does every hour. */
  async #sendOn(node: DhtNode | undefined, keys: readonly string[]): Promise<void> {
    for (const [i, key] of keys.entries())
      if (node) await this.#run(node.kademlia.put(key, firstValue(key, i)));
  }

  #run<T>(promise: Promise<T>): Promise<T> {
    return this.network.clock.run(promise);
  }

  async #bringUp(): Promise<void> {
    const legacy = this.#seed % 3 === 0 ? LEGACY : 0;
    for (let i = 0; i < SIZE; i++) await this.#add(i, false);
    for (let i = 0; i < legacy; i++) await this.#add(SIZE + i, true);
    await this.network.clock.advance(30_000);
  }

  async #add(index: number, isLegacy: boolean): Promise<void> {
    const offsetMs = (2 * this.#random.float() - 1) * CLOCK_BOUND_MS;
    const clock = shifted(this.network.clock, offsetMs);
    const candidates = Array.from({ length: Math.min(index, FIRST) }, (_, i) => `10.0.0.1:${5000 + i}`);
    const node = new DhtNode(
      { ...this.#shared, clock },
      {
        name: `node-${index}`,
        tier: 'worker',
        region: 'east',
        settings: parseSettings(isLegacy ? { legacy_compatibility_mode: 'true' } : {}),
        candidates,
      },
    );
    await node.bind('10.0.0.1', 5000 + index);
    await this.#run(node.join());
    (isLegacy ? this.#legacy : this.#nodes).push(node);
  }

  /** Every other node on each side; the first node without versions is cut off from all. */
  #split(): [DhtNode[], DhtNode[]] {
    const sides: [DhtNode[], DhtNode[]] = [[], []];
    for (const [i, node] of this.#nodes.entries()) sides[i % 2]?.push(node);
    const away = this.#legacy[0];
    const groups = [
      [...sides[0], ...this.#legacy.filter((_, i) => i > 0 && i % 2 === 0)],
      [...sides[1], ...this.#legacy.filter((_, i) => i % 2 === 1)],
      away ? [away] : [],
    ];
    for (const from of groups)
      for (const to of groups)
        if (from !== to) for (const a of from) for (const b of to) this.network.cut(placeOf(a), placeOf(b));
    return sides;
  }

  #alive(): DhtNode[] {
    return this.#nodes.filter((node) => node.state === 'joined');
  }

  #some(): DhtNode {
    return pick(this.#alive(), this.#random);
  }

  async #write(node: DhtNode, key: string, value: string, isLast = true): Promise<void> {
    await this.#run(node.kademlia.put(key, value));
    this.#last.set(key, value);
    if (!isLast) this.#last.delete(key);
  }

  async #delete(node: DhtNode, key: string, isLast: boolean): Promise<void> {
    await this.#run(node.kademlia.delete(key));
    this.#last.set(key, undefined);
    if (!isLast) this.#last.delete(key);
  }

  async #contend(writers: readonly DhtNode[]): Promise<void> {
    const puts = writers.map((node, i) => node.kademlia.put('contended', `by ${i}`));
    await this.#run(Promise.all(puts));
    this.#last.delete('contended');
  }

  async #read(keys: readonly string[], when: string): Promise<string[]> {
    const stale: string[] = [];
    for (const key of keys) {
      const newest = this.#last.has(key) ? this.#last.get(key) : this.#newest(key);
      const readers = this.#alive();
      const values = await this.#run(Promise.all(readers.map((node) => node.kademlia.get(key))));
      for (const [i, value] of values.entries())
        if (value !== newest)
          stale.push(`${when}: ${readers[i]?.name} reads ${brief(value)} under ${key}, not ${brief(newest)}`);
    }
    return stale;
  }

  /** The value of the largest version that any node has. */
  #newest(key: string): unknown {
    const id = NodeId.fromName(key);
    let best: { version: Version | undefined; value: unknown } = { version: undefined, value: undefined };
    for (const node of this.#alive()) {
      const held = node.kademlia.storage.get(id);
      if (held && compareVersions(held.version, best.version) > 0)
        best = { version: held.version, value: unpack(held.bytes) };
    }
    return best.value === '__DELETED__' ? undefined : best.value;
  }

  #close(): void {
    for (const node of [...this.#nodes, ...this.#legacy]) node.crash();
    this.#shared.deadlines.close();
  }
}

function firstValue(key: string, index: number): string {
  return sized(key, `first-${index}`);
}

function sized(key: string, text: string): string {
  return key === 'large' ? text.padEnd(8000, '.') : text;
}

function brief(value: unknown): string {
  return String(value).replace(/\.{5,}$/, '…');
}

function placeOf(node: DhtNode): string {
  return `${node.address}:${node.port}`;
}

function pick<T>(items: readonly T[], random: SeededRandom): T {
  return items[random.below(items.length)] as T;
}

function some<T>(items: readonly T[], count: number, random: SeededRandom): T[] {
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0] as T);
}

/** The same clock with another time of day. */
function shifted(clock: Clock, offsetMs: number): Clock {
  return {
    now: () => clock.now(),
    wallMs: () => clock.wallMs() + offsetMs,
    setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}
