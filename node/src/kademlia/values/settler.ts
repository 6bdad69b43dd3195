import { compareDistance, NodeId } from '../id.js';
import { pause } from '../pause.js';
import type { Copies } from './copies.js';
import { hasDigest } from './replaced.js';
import type { Spreader } from './spreader.js';
import type { ValueNode } from './value-node.js';
import { digestOf, Version } from './version.js';
import { newCopy } from './write.js';

/** Keys whose holders are asked at a time, and keys that wait for that; more are seen to with the next upkeep. */
const AT_A_TIME = 4;
const MAX_WAITING = 256;
/** Where some did not answer, the holders are asked again after so long, so often. Milliseconds. */
const ASK_AGAIN_MS = 5000;
const MAX_TRIES = 5;
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
  /** How often the holders of a key were asked in vain. */
  readonly #tries = new Map<string, number>();
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
    void this.#settle(NodeId.fromHex(name)).finally(() => {
      this.#active--;
      this.#next();
    });
  }

  /** Asks again a few times soon, and then with the next upkeep. */
  #putOff(key: NodeId): void {
    const name = key.hex;
    const tries = (this.#tries.get(name) ?? 0) + 1;
    if (tries > MAX_TRIES || this.#tries.size >= MAX_WAITING) {
      this.#tries.delete(name);
      return;
    }
    this.#tries.set(name, tries);
    void pause(this.#node.parts.clock, ASK_AGAIN_MS).then(() => this.add(key));
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
    if (newest) storage.offer(key, newest, storage.senderOfUnversioned(key));
    const isReplaced = walk.found.some(({ replaced }) => hasDigest(replaced, digest));
    // What came may have been replaced here while the others were asked.
    if (isReplaced || storage.get(key)?.replaced.has(digest)) storage.dropUnversioned(key, bytes);
    if (Buffer.compare(storage.unversioned(key) ?? NOTHING, bytes) !== 0) return;
    // With nobody to ask, or some that should be asked out of reach, it waits.
    if (walk.own.length === 0 || walk.missed) return this.#putOff(key);
    this.#tries.delete(key.hex);
    const copy = newCopy(this.#node, key, bytes, walk, true);
    if (storage.offer(key, copy, storage.senderOfUnversioned(key)) === 'refused') return;
    const [nearest] = walk.own;
    if (nearest && compareDistance(key, id, nearest.id) < 0) this.#spreader.schedule(key, SPREAD_AFTER_MS);
  }
}

const NOTHING = new Uint8Array(0);
const NO_STAMP = { timeMs: 0, counter: 0, writer: new Uint8Array(8) };

/** The version that asks about a value which has none: no time, only the digest. */
function questionAbout(bytes: Uint8Array): Version {
  return Version.of(bytes, NO_STAMP);
}
