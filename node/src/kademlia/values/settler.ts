import { compareDistance, NodeId } from '../id.js';
import type { Copies } from './copies.js';
import type { Spreader } from './spreader.js';
import type { ValueNode } from './value-node.js';
import { digestOf, Version } from './version.js';
import { newCopy } from './write.js';

/** Keys whose holders are asked at a time, and keys that wait for that; more are seen to with the next upkeep. */
const AT_A_TIME = 4;
const MAX_WAITING = 256;
/** The nearest holder looks after the others so much later: by then they have asked as well. Milliseconds. */
const SPREAD_AFTER_MS = 5000;

/**
 * Finds the version of values that came by a plain `store`.
 *
 * A peer without versions stores a value when it is written, but also when it republishes, welcomes a newcomer or has
 * read it. So the other holders are asked first: a value that one of them knows to be replaced is dropped, one that they
 * hold takes its version from there, and only one that is new to all gets a new version.
 */
export class Settler {
  readonly #node: ValueNode;
  readonly #copies: Copies;
  readonly #spreader: Spreader;
  readonly #waiting = new Set<string>();
  #active = 0;

  constructor(node: ValueNode, copies: Copies, spreader: Spreader) {
    this.#node = node;
    this.#copies = copies;
    this.#spreader = spreader;
  }

  /** A value came for a key. */
  add(key: NodeId): void {
    if (this.#waiting.size < MAX_WAITING) this.#waiting.add(key.hex);
    this.#next();
  }

  #next(): void {
    const [name] = this.#waiting;
    if (name === undefined || this.#active >= AT_A_TIME || this.#node.closed) return;
    this.#waiting.delete(name);
    this.#active++;
    void this.#settle(NodeId.fromHex(name)).then(() => {
      this.#active--;
      this.#next();
    });
  }

  async #settle(key: NodeId): Promise<void> {
    const { storage, id } = this.#node;
    const bytes = storage.unversioned(key);
    if (!bytes) return;
    const digest = digestOf(bytes);
    const walk = await this.#node.findVersions(key, questionAbout(bytes));
    const newest = await this.#copies.newest(
      key,
      walk.found.filter(({ version }) => version),
    );
    if (this.#node.closed) return;
    if (newest) storage.offer(key, newest);
    const isReplaced = walk.found.some(({ replaced }) => hasDigest(replaced, digest));
    // What came may have been replaced here while the others were asked.
    if (isReplaced || storage.get(key)?.replaced.has(digest)) storage.dropUnversioned(key, bytes);
    if (Buffer.compare(storage.unversioned(key) ?? NOTHING, bytes) !== 0) return;
    const copy = newCopy(this.#node, key, bytes, walk);
    if (storage.offer(key, copy) === 'refused') return;
    const [nearest] = walk.own;
    if (!nearest || compareDistance(key, id, nearest.id) < 0) this.#spreader.schedule(key, SPREAD_AFTER_MS);
  }
}

const NOTHING = new Uint8Array(0);
const NO_STAMP = { timeMs: 0, counter: 0, writer: new Uint8Array(8) };

/** The version that asks about a value which has none: no time, only the digest. */
function questionAbout(bytes: Uint8Array): Version {
  return Version.of(bytes, NO_STAMP);
}

function hasDigest(packed: Uint8Array, digest: Uint8Array): boolean {
  for (let i = 0; i < packed.length; i += digest.length)
    if (Buffer.compare(packed.subarray(i, i + digest.length), digest) === 0) return true;
  return false;
}
