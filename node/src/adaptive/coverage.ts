import type { NodeId } from '../kademlia/id.js';

/** Positions are the first 32 bits of ids: fine enough for millions of nodes. */
const SPACE = 2 ** 32;
/** A radius is cut to so many bits, so that a ball falls into few ranges; the share lost is below 1 in 500. */
const RADIUS_BITS = 10;

/** Where an id lies in the key space, 0 … 2^32-1. */
function positionOf(id: NodeId): number {
  return id.w0 >>> 0;
}

/**
 * A ball of the key space in which all nodes are known: those nearer to its centre than its radius.
 */
export class Ball {
  readonly #centre: number;
  readonly #radius: number;
  /** Of the nodes in it; the last one stands on its border. */
  readonly positions: readonly number[];

  /**
   * @param nearest the nodes nearest to the centre, nearest first, none left out
   * @param isAll whether these are all nodes that there are: then the ball is the whole space
   */
  constructor(centre: NodeId, nearest: readonly { id: NodeId }[], isAll: boolean) {
    this.#centre = positionOf(centre);
    this.positions = nearest.map(({ id }) => positionOf(id));
    const farthest = ((this.positions.at(-1) ?? this.#centre) ^ this.#centre) >>> 0;
    this.#radius = isAll ? SPACE : cut(farthest);
  }

  /** Nodes by the whole space, if it were as dense everywhere. */
  get density(): number {
    return this.#radius === 0 ? 0 : (this.positions.length * SPACE) / this.#radius;
  }

  /** The ball as ranges of positions, each [from, to). In the XOR metric it is one range a set bit of its radius. */
  ranges(): Range[] {
    if (this.#radius === SPACE) return [[0, SPACE]];
    const ranges: Range[] = [];
    let above = 0;
    for (let bit = 31; bit >= 0; bit--) {
      const width = 2 ** bit;
      if ((this.#radius & width) === 0) continue;
      const from = Math.floor(((this.#centre ^ above) >>> 0) / width) * width;
      ranges.push([from, from + width]);
      above = (above | width) >>> 0;
    }
    return ranges;
  }
}

type Range = [from: number, to: number];

/** Balls laid over one another; each part of the space counts once, by the ball that was added first. */
export class Coverage {
  /** Ascending and disjoint. */
  #ranges: Range[] = [];
  readonly #positions = new Set<number>();

  add(ball: Ball): void {
    for (const position of ball.positions) if (!this.#covers(position)) this.#positions.add(position);
    const all = [...this.#ranges, ...ball.ranges()].sort((a, b) => a[0] - b[0]);
    this.#ranges = [];
    for (const [from, to] of all) {
      const last = this.#ranges.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else this.#ranges.push([from, to]);
    }
  }

  /** Nodes in the part that is covered. */
  get nodes(): number {
    return this.#positions.size;
  }

  /** Share of the key space that is covered, 0-1. */
  get share(): number {
    return this.#ranges.reduce((sum, [from, to]) => sum + to - from, 0) / SPACE;
  }

  #covers(position: number): boolean {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle] as Range)[1] <= position) low = middle + 1;
      else high = middle;
    }
    const range = this.#ranges[low];
    return range !== undefined && range[0] <= position;
  }
}

/** The radius without its lowest bits. */
function cut(radius: number): number {
  const spare = Math.max(0, 32 - Math.clz32(radius) - RADIUS_BITS);
  return Math.floor(radius / 2 ** spare) * 2 ** spare;
}
