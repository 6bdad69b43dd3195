import type { Timer } from '../components.js';
import type { Contact } from '../contact.js';
import { NodeId } from '../id.js';
import type { NodeObserver } from '../observer.js';
import type { Copies } from './copies.js';
import type { Copy } from './storage.js';
import type { ValueNode } from './value-node.js';
import { compareVersions } from './version.js';
import { place } from './write.js';

/** Keys that are seen to at a time, and the pause after each: on a busy machine it must not make things worse. */
const AT_A_TIME = 2;
const PAUSE_MS = 300;
/** Keys that wait at most; the others are seen to when they are republished. */
const MAX_WAITING = 4096;
/** Contacts that came back, one after the other, are seen to together. */
const RETURN_MS = 1000;
/** The holders of a key do not all begin at the same moment. */
const RETURN_SPREAD_MS = 4000;
/** A contact that is heard from sooner was only late. */
const LATE_MS = 2000;
/** A contact may have been out of reach for so long before a request to it went unanswered. */
const UNNOTICED_MS = 90_000;
/** Contacts that are remembered for not having answered; more than a table holds is never needed. */
const MAX_LOST = 1024;
/** A write that did not reach all that should hold it is tried again after so long; the last pause again and again. */
const RETRY_MS = [2000, 4000, 8000, 15_000, 30_000, 60_000];
/** So often; a split of hours ends with contacts that come back. */
const MAX_TRIES = 200;
/** Writes that are kept for that at most, by number. The oldest is given up for a new one. */
const MAX_UNFINISHED = 256;

interface Unfinished {
  key: NodeId;
  copy: Copy;
  /** When the copy was made. */
  atMs: number;
  tries: number;
}

/**
 * Sees to it that the nodes nearest to a key hold its newest value: after a write that did not reach them all, when
 * contacts come back that were out of reach while values changed, and once in a republish interval.
 *
 * The holders are asked for their versions; only those that lack the newest one get it.
 */
export class Spreader implements NodeObserver {
  readonly #node: ValueNode;
  readonly #copies: Copies;
  /** When each key is due, by its hexadecimal digits. */
  readonly #due = new Map<string, number>();
  readonly #unfinished = new Map<string, Unfinished>();
  /** When a contact was first not reached, by the first word of its id. */
  readonly #lost = new Map<number, number>();
  /** Values that changed since are looked at, since a contact came back. */
  #changedSinceMs: number | undefined;
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #active = 0;
  #closed = false;

  constructor(node: ValueNode, copies: Copies) {
    this.#node = node;
    this.#copies = copies;
  }

  /** Sees to a key after a while. */
  schedule(key: NodeId, delayMs: number): void {
    const name = key.hex;
    const atMs = this.#now + delayMs;
    const before = this.#due.get(name);
    if (this.#closed || (before === undefined && this.#due.size >= MAX_WAITING)) return;
    this.#due.set(name, Math.min(before ?? atMs, atMs));
    this.#arm(atMs);
  }

  /** A write did not reach all that should hold it. */
  retry(key: NodeId, copy: Copy): void {
    const name = key.hex;
    const other = this.#unfinished.get(name);
    if (other && compareVersions(other.copy.version, copy.version) > 0) return;
    this.#unfinished.delete(name);
    if (this.#unfinished.size >= MAX_UNFINISHED) {
      const [oldest = ''] = this.#unfinished.keys();
      this.#unfinished.delete(oldest);
    }
    this.#unfinished.set(name, { key, copy, atMs: this.#now, tries: 0 });
    this.schedule(key, RETRY_MS[0] as number);
  }

  forget(key: NodeId): void {
    this.#due.delete(key.hex);
    this.#unfinished.delete(key.hex);
  }

  unanswered(contact: Contact): void {
    const word = contact.id.w0;
    if (this.#lost.has(word)) return;
    if (this.#lost.size >= MAX_LOST) {
      for (const oldest of this.#lost.keys()) {
        this.#lost.delete(oldest);
        break;
      }
    }
    this.#lost.set(word, this.#now);
  }

  left({ id }: Contact): void {
    this.#lost.delete(id.w0);
  }

  heard({ id }: Contact): void {
    if (this.#lost.size === 0) return;
    const lostAtMs = this.#lost.get(id.w0);
    if (lostAtMs === undefined) return;
    this.#lost.delete(id.w0);
    if (this.#now - lostAtMs < LATE_MS) return;
    const isFirst = this.#changedSinceMs === undefined;
    this.#changedSinceMs = Math.min(this.#changedSinceMs ?? lostAtMs, lostAtMs - UNNOTICED_MS);
    if (isFirst) this.#arm(this.#now + RETURN_MS);
  }

  /** Sees to a key now. */
  async spread(key: NodeId): Promise<void> {
    const unfinished = this.#unfinished.get(key.hex);
    const stored = this.#node.storage.get(key);
    const own = stored && this.#copies.of(stored);
    const late = unfinished && this.#aged(unfinished);
    const copy = late && compareVersions(late.version, own?.version) > 0 ? late : own;
    if (!copy) return;
    const walk = await this.#node.findVersions(key, copy.version, { refresh: true });
    if (this.#closed) return;
    const newer =
      copy === own
        ? this.#copies.newerThan(stored, walk.found)
        : walk.found.filter(({ version }) => compareVersions(version, copy.version) > 0);
    const newest = (await this.#copies.newest(key, newer)) ?? copy;
    if (stored && newest !== own) this.#node.storage.offer(key, newest);
    const { isComplete } = await place(this.#node, this.#copies, key, newest, walk);
    if (unfinished && this.#unfinished.get(key.hex) === unfinished) this.#goOn(unfinished, isComplete);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== undefined) this.#node.parts.clock.clearTimeout(this.#timer);
    this.#due.clear();
    this.#unfinished.clear();
  }

  get #now(): number {
    return this.#node.parts.clock.now();
  }

  #aged({ copy, atMs }: Unfinished): Copy {
    return { ...copy, ageMs: copy.ageMs + this.#now - atMs };
  }

  #goOn(unfinished: Unfinished, isComplete: boolean): void {
    const { key } = unfinished;
    if (isComplete || unfinished.tries >= MAX_TRIES) {
      this.#unfinished.delete(key.hex);
      return;
    }
    unfinished.tries++;
    this.schedule(key, RETRY_MS[Math.min(unfinished.tries, RETRY_MS.length - 1)] as number);
  }

  /** Contacts came back: what changed while they were away may be unknown to them, or theirs to this node. */
  #seeToChanges(sinceMs: number): void {
    const { random } = this.#node.parts;
    const soon = () => random.float() * RETURN_SPREAD_MS;
    for (const { key } of this.#unfinished.values()) this.schedule(key, soon());
    for (const { key, changedAtMs } of this.#node.storage.values())
      if (changedAtMs >= sinceMs) this.schedule(key, soon());
  }

  #arm(atMs: number): void {
    if (this.#closed || atMs >= this.#timerAtMs) return;
    const { clock } = this.#node.parts;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = clock.setTimeout(() => this.#work(), Math.max(0, atMs - clock.now()));
  }

  #work(): void {
    this.#timer = undefined;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const since = this.#changedSinceMs;
    this.#changedSinceMs = undefined;
    if (since !== undefined) this.#seeToChanges(since);
    const now = this.#now;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [name, atMs] of this.#due) {
      if (atMs > now) nextMs = Math.min(nextMs, atMs);
      else if (this.#active < AT_A_TIME) this.#begin(name);
      else nextMs = Math.min(nextMs, now + PAUSE_MS);
    }
    if (nextMs !== Number.POSITIVE_INFINITY) this.#arm(nextMs);
  }

  #begin(name: string): void {
    const { clock } = this.#node.parts;
    this.#due.delete(name);
    this.#active++;
    void this.spread(NodeId.fromHex(name)).finally(() => {
      clock.setTimeout(() => this.#active--, PAUSE_MS);
    });
  }
}
