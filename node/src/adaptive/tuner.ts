import type { Timer } from '../kademlia/components.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { NodeEvent, NodePart, PartContext } from '../node-part.js';
import type { Settings } from '../settings.js';
import { NetworkSize } from './network-size.js';
import { type ParameterRow, parameterTable } from './parameter-table.js';
import { adapt } from './parameters.js';
import { RowInForce } from './row-in-force.js';

/** How often a node looks at the size of its network. */
const LOOK_INTERVAL_MS = 10_000;
/**
 * From joining to the first look, at least. Until then a node goes by the first row: nodes that start
 * together have mostly joined by then, so the estimate is right and joining is not made dearer by a large K.
 */
const FIRST_LOOK_MS = 10_000;
/** Looks from one walk to another part of the key space to the next: the own neighbourhood is nearly enough, so there is time. */
const LOOKS_A_PROBE = 3;
/** Looks at most for which a node waits for its neighbourhood to settle before it takes its first row from the size. */
const PATIENT_LOOKS = 6;
/** Lookups over which the load is averaged. */
const LOAD_MEMORY = 8;

/**
 * Fits alpha, K and the time-out of a node to its network, as long as adaptive Kademlia is on.
 *
 * Switched off, it leaves the core to the fixed values of the settings; the size is estimated all the
 * same, from what is known anyway, since others go by the row.
 */
export class Tuner implements NodePart {
  readonly size: NetworkSize;
  readonly #node: KademliaNode;
  readonly #emit: (event: NodeEvent) => void;
  readonly #inForce: RowInForce;
  readonly #ended = new AbortController();
  #settings: Settings;
  #table: ParameterRow[];
  /** What the events have said last. */
  #told: { k: number; row: ParameterRow };
  #timer: Timer | undefined;
  #load = 0;
  /** Whether the row comes from a sharp estimate; until then it changes at once. */
  #settled = false;
  #looks = 0;
  /** Nodes that started together probe at different looks. */
  readonly #probeOffset: number;
  #looking = false;

  constructor({ kademlia, settings, emit }: PartContext) {
    this.#node = kademlia;
    this.#settings = settings;
    this.#emit = emit;
    this.#probeOffset = Math.floor(kademlia.parts.random.float() * LOOKS_A_PROBE);
    this.size = new NetworkSize(kademlia);
    this.#table = parameterTable(settings);
    this.#inForce = new RowInForce(this.#table, this.size.nodes);
    this.#told = { k: kademlia.parameters.k, row: this.row };
    kademlia.observe({ lookedUp: () => this.#noteLoad() });
    this.#apply();
  }

  /** The row of the parameter table in force; it follows the size even where adaptive Kademlia is off. */
  get row(): ParameterRow {
    return this.#inForce.row;
  }

  start(): void {
    this.size.update();
    const { random } = this.#node.parts;
    this.#schedule(FIRST_LOOK_MS + random.float() * LOOK_INTERVAL_MS);
  }

  configure(settings: Settings): void {
    const wasEnabled = this.#enabled;
    this.#settings = settings;
    const table = parameterTable(settings);
    const moved = table.some(({ largest }, index) => largest !== this.#table[index]?.largest);
    this.#table = table;
    if (moved || (this.#enabled && !wasEnabled)) this.#inForce.settle(this.size.update(), table);
    this.#apply();
  }

  stop(): void {
    this.#ended.abort();
    if (this.#timer !== undefined) this.#node.parts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #enabled(): boolean {
    return this.#settings.enable_adaptive_kademlia;
  }

  #schedule(delayMs: number): void {
    this.#timer = this.#node.parts.clock.setTimeout(() => {
      this.#schedule(LOOK_INTERVAL_MS);
      void this.#look();
    }, delayMs);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.#looks++;
    this.size.update();
    // While a network comes up, its size says nothing yet, and to ask for it would slow it down.
    const tooEarly = !this.#settled && !this.size.steady && this.#looks < PATIENT_LOOKS;
    const probes = (this.#looks + this.#probeOffset) % LOOKS_A_PROBE === 0;
    if (this.#enabled && !tooEarly && probes) await this.size.sharpen(1, this.#ended.signal);
    this.#looking = false;
    if (tooEarly || this.#ended.signal.aborted || this.#node.closed) return;
    if (this.#settled) this.#inForce.update(this.size.nodes, this.#node.parts.clock.now());
    else this.#inForce.settle(this.size.nodes);
    this.#settled = true;
    this.#apply();
  }

  #noteLoad(): void {
    const { rpc, parameters } = this.#node;
    this.#load += (Math.min(1, rpc.pending / parameters.maxInFlight) - this.#load) / LOAD_MEMORY;
    this.#apply();
  }

  #apply(): void {
    const { roundTripMs, parameters } = this.#node;
    if (this.#enabled) {
      const conditions = { nodes: this.size.nodes, load: this.#load, roundTripMs };
      const { alpha, k, timeoutMs } = adapt(this.row, conditions);
      const same = alpha === parameters.alpha && k === parameters.k && timeoutMs === parameters.timeoutMs;
      if (!same) this.#node.setParameters({ alpha, k, timeoutMs });
    }
    this.#tell();
  }

  #tell(): void {
    const { alpha, k } = this.#node.parameters;
    if (k === this.#told.k && this.row === this.#told.row) return;
    const was = this.#told.k === k ? '' : ` (was ${this.#told.k})`;
    this.#told = { k, row: this.row };
    this.#emit({
      type: 'adapted',
      message: `alpha ${alpha}, K ${k}${was} for about ${this.size.nodes} nodes`,
    });
  }
}
