import type { NodeReport } from '../control/api.js';
import { idKey } from '../control/packed-ids.js';
import { compareDistance, NodeId } from '../kademlia/id.js';

/** The ids of all nodes that are alive, to score lookups against. */
export class GroundTruth {
  readonly #ids: NodeId[];
  readonly #keys: string[];

  constructor(ids: readonly NodeId[]) {
    this.#ids = [...ids];
    this.#keys = this.#ids.map(idKey);
  }

  /** @param others ids of living nodes that no host reports: the coordinator's own, and foreign ones */
  static of(nodes: readonly NodeReport[], others: readonly NodeId[]): GroundTruth {
    return new GroundTruth([...nodes.map((node) => NodeId.fromHex(node.id)), ...others]);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Keys of the `count` ids nearest to a target, nearest first. @param asker is left out */
  nearest(target: NodeId, count: number, asker?: NodeId): string[] {
    const nearest: number[] = [];
    for (let index = 0; index < this.#ids.length; index++) {
      const id = this.#ids[index] as NodeId;
      if (asker?.equals(id)) continue;
      let at = nearest.length;
      while (at > 0 && compareDistance(target, id, this.#ids[nearest[at - 1] as number] as NodeId) < 0) at--;
      if (at >= count) continue;
      nearest.splice(at, 0, index);
      if (nearest.length > count) nearest.pop();
    }
    return nearest.map((index) => this.#keys[index] as string);
  }

  /**
   * Share of the true K nearest that a lookup found.
   *
   * @param found keys of the ids found
   * @returns 0-1; 1 when there is nobody to find
   */
  recall(target: NodeId, k: number, asker: NodeId, found: readonly string[]): number {
    const nearest = this.nearest(target, k, asker);
    if (nearest.length === 0) return 1;
    const set = new Set(found);
    return nearest.filter((key) => set.has(key)).length / nearest.length;
  }
}
