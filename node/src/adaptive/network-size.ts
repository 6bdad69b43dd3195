import type { Contact } from '../kademlia/contact.js';
import { NodeId } from '../kademlia/id.js';
import type { LookupResult } from '../kademlia/lookup.js';
import type { KademliaNode } from '../kademlia/node.js';
import { Ball, Coverage } from './coverage.js';
import { median } from './median.js';

/** What a lookup told is forgotten after so long. */
const SAMPLE_LIFE_MS = 300_000;
/** Lookups that are remembered; more say nothing new. */
const MAX_SAMPLES = 16;
/** A sample is forgotten when the own neighbourhood has become so much denser or sparser since. */
const CHANGE_FACTOR = 1.3;
/** A ball that is so much sparser than the others has holes: the walk ended beside its target, at a node that knows little. */
const DOUBTFUL_FACTOR = 2.5;
/** Lookups for fewer nodes count by all that they heard of near their target, not by what answered. */
const MIN_CONTACTS = 8;
/** Nodes that such a lookup has heard of without gaps: as many as its nearest node names. */
const REACH = 20;
/** Nodes to be counted: the error of a count is one in its square root, so 8 % (one sigma). */
const ENOUGH_NODES = 140;
/** With so much of the key space covered little is left to guess. */
const ENOUGH_SHARE = 0.9;

interface Sample {
  ball: Ball;
  atMs: number;
  /** Density of the own neighbourhood at that time. */
  ownDensity: number;
}

/**
 * How many nodes the network has, as one node sees it.
 *
 * Counts the nodes in the parts of the key space that the node knows completely, its own neighbourhood
 * and the surroundings of what it looked up lately, and scales by their share of the space. Ids are
 * spread evenly, so the error is that of a count. Suspects do not count.
 */
export class NetworkSize {
  readonly #node: KademliaNode;
  #samples: Sample[] = [];
  #nodes = 1;
  #enough = false;
  #ownDensity = 0;
  #steady = false;

  constructor(node: KademliaNode) {
    this.#node = node;
    node.observe({ lookedUp: (target, result) => this.#note(target, result) });
  }

  /** Estimate as of the last `update`, the own node counted too. */
  get nodes(): number {
    return this.#nodes;
  }

  /** Whether the own neighbourhood was as dense at the `update` before the last one: nobody comes in crowds. */
  get steady(): boolean {
    return this.#steady;
  }

  /** Estimates anew from what is known. @returns nodes */
  update(): number {
    const density = this.#densityOf(this.#neighbours());
    this.#steady = isNear(this.#ownDensity, density);
    this.#ownDensity = density;
    return this.#estimate();
  }

  /**
   * Looks at other parts of the key space until enough nodes are counted: for each a walk to the one
   * nearest node, some five requests.
   *
   * @param probes at most
   */
  async sharpen(probes: number, signal?: AbortSignal): Promise<void> {
    for (let i = 0; i < probes && !this.#enough && !signal?.aborted; i++) {
      await this.#node.lookup(NodeId.random(this.#node.parts.random), { k: 1, refresh: true, signal });
      this.#estimate();
    }
  }

  #estimate(): number {
    const nearest = this.#neighbours();
    const density = this.#densityOf(nearest);
    const since = this.#node.parts.clock.now() - SAMPLE_LIFE_MS;
    this.#samples = this.#samples.filter(
      (sample) => sample.atMs >= since && isNear(sample.ownDensity, density),
    );
    const { id, parameters } = this.#node;
    const own = new Ball(id, nearest, nearest.length < parameters.k);
    const balls = [own, ...this.#samples.map((sample) => sample.ball)];
    const doubtful = median(balls.map((ball) => ball.density)) / DOUBTFUL_FACTOR;
    const coverage = new Coverage();
    for (const ball of balls) if (ball.density >= doubtful) coverage.add(ball);
    const { nodes, share } = coverage;
    this.#nodes = 1 + (share === 1 ? nodes : share > 0 ? Math.round((nodes - 1) / share) : 0);
    this.#enough = nodes >= ENOUGH_NODES || share >= ENOUGH_SHARE;
    this.#node.stats.estimatedNodes = this.#nodes;
    return this.#nodes;
  }

  #note(target: NodeId, result: LookupResult): void {
    const ball = ballOf(target, result);
    if (!ball) return;
    this.#samples.unshift({
      ball,
      atMs: this.#node.parts.clock.now(),
      ownDensity: this.#densityOf(this.#neighbours()),
    });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.pop();
  }

  #neighbours(): Contact[] {
    const { id, table, parameters } = this.#node;
    return table.closest(id, parameters.k);
  }

  /** Of the own neighbourhood, by as many nodes whatever K is, so that a change of K is none of the network. */
  #densityOf(neighbours: Contact[]): number {
    return new Ball(this.#node.id, neighbours.slice(0, REACH), neighbours.length < REACH).density;
  }
}

/** The part of the key space that a lookup has seen whole; undefined when it saw none. */
function ballOf(target: NodeId, { contacts, k, complete, known }: LookupResult): Ball | undefined {
  if (!complete || contacts.length === 0) return undefined;
  if (k >= MIN_CONTACTS) return new Ball(target, contacts, contacts.length < k);
  return known.length >= REACH ? new Ball(target, known.slice(0, REACH), false) : undefined;
}

function isNear(before: number, now: number): boolean {
  return now < before * CHANGE_FACTOR && before < now * CHANGE_FACTOR;
}
