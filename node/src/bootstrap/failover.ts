import type { Contact } from '../kademlia/contact.js';
import type { NodeId } from '../kademlia/id.js';
import type { KademliaNode } from '../kademlia/node.js';
import type { Incoming } from '../kademlia/requests/request-handler.js';
import type { NodeEvent } from '../node-part.js';
import type { Settings } from '../settings.js';
import { responseTo } from '../wire/datagram.js';
import { placeOf } from './address.js';
import { check, checkInsistently } from './ask.js';
import type { LoadShare } from './balance.js';
import type { Ring, Sibling } from './ring.js';
import {
  decodeRing,
  decodeRingAnswer,
  encodeRing,
  encodeRingAnswer,
  type News,
  RING,
  type RingAnswer,
} from './ring-message.js';

/** Siblings after a node that has joined which it speaks to, until one answers. */
const ANNOUNCED_TO = 4;

export interface FailoverInit {
  node: KademliaNode;
  /** The packed network key. */
  key: NodeId;
  ring: Ring;
  settings: () => Settings;
  isReady: () => boolean;
  load: () => LoadShare;
  /** Told whether it stands in for a dead sibling. */
  onPromoted: (promoted: boolean) => void;
  /** Told of a sibling that it stood in for and that is back. */
  onReturned: (place: string) => void;
  emit: (event: NodeEvent) => void;
  signal: AbortSignal;
}

/**
 * Watches the bootstrap node before this one in the ring of its tier, and stands in for it when it dies.
 *
 * With each check both tell what they know of the loads of the tier; a second sibling, drawn by lot every other time,
 * makes the news reach all within about twenty seconds.
 */
export class Failover {
  readonly #init: FailoverInit;
  /** Dead siblings that this node stands in for. */
  readonly #standsInFor = new Set<Sibling>();
  #watchesSinceMs = 0;
  #watching = false;
  #ticks = 0;
  #on = false;

  constructor(init: FailoverInit) {
    this.#init = init;
    init.node.handle({ name: RING, needsSender: true, handle: (incoming) => this.#answer(incoming) });
  }

  /** Asks all siblings once. @returns those that have joined */
  async findJoined(): Promise<Contact[]> {
    const answers = await Promise.all(this.#init.ring.before.map((sibling) => this.#exchange(sibling)));
    return answers.flatMap((contact) => contact ?? []);
  }

  start(): void {
    this.#on = true;
    this.#watchesSinceMs = this.#nowMs();
    void this.#announce();
  }

  /** Watches no more, and stands in for nobody. */
  stop(): void {
    this.#on = false;
    for (const sibling of this.#init.ring.before) sibling.dead = false;
    this.#standsInFor.clear();
    this.#init.onPromoted(false);
  }

  /** To be called every few seconds. */
  tick(): void {
    if (!this.#on || this.#init.signal.aborted) return;
    const { ring, node } = this.#init;
    if (!this.#watching) void this.#watch();
    if (this.#ticks++ % 2 === 1) {
      const any = ring.anyAlive(node.parts.random);
      if (any) void this.#exchange(any);
    }
    const nowMs = this.#nowMs();
    const due = [...this.#standsInFor].find((sibling) => sibling.checkAtMs <= nowMs);
    if (due) {
      this.#checkLater(due);
      void this.#exchange(due);
    }
  }

  /** The ring has changed. */
  ringChanged(): void {
    const members = new Set(this.#init.ring.before);
    for (const sibling of this.#standsInFor) if (!members.has(sibling)) this.#standsInFor.delete(sibling);
    this.#init.onPromoted(this.#standsInFor.size > 0);
  }

  /** Tells those after it that it is there: one of them may stand in for it. */
  async #announce(): Promise<void> {
    const after = [...this.#init.ring.before].reverse().slice(0, ANNOUNCED_TO);
    for (const sibling of after) if (!this.#on || (await this.#exchange(sibling))) return;
  }

  /** The nearest one before this node that it does not stand in for. */
  get #watched(): Sibling | undefined {
    return this.#init.ring.before.find((sibling) => !this.#standsInFor.has(sibling));
  }

  /** Checks the nearest living one before this node; when it is dead, the one before that at once. */
  async #watch(): Promise<void> {
    const { node, settings, signal } = this.#init;
    this.#watching = true;
    try {
      for (let watched = this.#watched; watched && this.#on; watched = this.#watched) {
        const { bootstrap_failure_threshold: threshold } = settings();
        const sibling = watched;
        const bytes = await checkInsistently(node, sibling, this.#payload(), threshold, signal);
        if (signal.aborted || !this.#on) return;
        const answer = bytes && decodeRingAnswer(bytes);
        this.#heard(sibling, answer);
        if (answer && this.#isServing(sibling, answer)) return;
        if (!this.#mayBeDead(sibling)) return;
        this.#standIn(sibling);
      }
    } finally {
      this.#watching = false;
    }
  }

  /** One that has not joined again is only late for a while; one of another network has no news for this node. */
  #isServing(sibling: Sibling, { ready, news }: RingAnswer): boolean {
    sibling.unreadySinceMs = ready ? undefined : (sibling.unreadySinceMs ?? this.#nowMs());
    const { bootstrap_connection_timeout: timeout } = this.#init.settings();
    const { unreadySinceMs } = sibling;
    if (unreadySinceMs === undefined) return true;
    return news.length > 0 && this.#nowMs() - unreadySinceMs < timeout * 1000;
  }

  /** While a network starts, a sibling that was never heard of is only late. */
  #mayBeDead({ heard }: Sibling): boolean {
    const { bootstrap_health_check_interval: interval } = this.#init.settings();
    return heard || this.#nowMs() - this.#watchesSinceMs >= interval * 1000;
  }

  #standIn(sibling: Sibling): void {
    const { onPromoted, emit } = this.#init;
    sibling.dead = true;
    sibling.deadSinceMs = this.#nowMs();
    sibling.unreadySinceMs = undefined;
    this.#checkLater(sibling);
    this.#standsInFor.add(sibling);
    onPromoted(true);
    emit({ type: 'promoted', message: 'stands in for a dead sibling', peer: sibling.place });
  }

  /** One that was dead speaks: it stands in for those before it itself. */
  #returned(sibling: Sibling): void {
    const { ring, onPromoted, onReturned, emit } = this.#init;
    sibling.dead = false;
    sibling.unreadySinceMs = undefined;
    if (!this.#standsInFor.has(sibling)) return;
    const back = ring.before.slice(ring.before.indexOf(sibling));
    for (const each of back) {
      if (!this.#standsInFor.delete(each)) continue;
      const message = each === sibling ? 'its sibling is back' : 'another sibling stands in again';
      emit({ type: 'demoted', message, peer: each.place });
    }
    onPromoted(this.#standsInFor.size > 0);
    onReturned(sibling.place);
  }

  async #exchange(sibling: Sibling): Promise<Contact | undefined> {
    const bytes = await check(this.#init.node, sibling, this.#payload());
    return this.#heard(sibling, bytes && decodeRingAnswer(bytes));
  }

  /** @returns its contact, when it has joined */
  #heard(sibling: Sibling, answer: RingAnswer | undefined): Contact | undefined {
    const { node } = this.#init;
    if (!answer || node.closed) return undefined;
    this.#learn(answer.news);
    if (!answer.ready) return undefined;
    sibling.heard = true;
    const contact = node.parts.book.get(answer.id, sibling.address, sibling.port);
    const wasAlone = node.table.size === 0;
    node.see(contact);
    if (sibling.dead) this.#returned(sibling);
    // It began where nobody was, and now meets its network.
    if (wasAlone && this.#on) void node.join([contact], this.#init.signal);
    return contact;
  }

  #answer(incoming: Incoming): Uint8Array | undefined {
    const { bytes, key, rest } = incoming;
    const { node, ring, isReady, load } = this.#init;
    const news = key && decodeRing(rest);
    if (!news) return undefined;
    if (!key.equals(this.#init.key)) {
      incoming.learnSender = false;
      return responseTo(bytes, encodeRingAnswer({ id: node.id, ready: false, news: [] }));
    }
    const nowMs = this.#nowMs();
    const sibling = ring.at(placeOf(incoming));
    this.#learn(news);
    if (sibling && this.#on) {
      sibling.heard = true;
      if (sibling.dead) this.#returned(sibling);
    }
    return responseTo(
      bytes,
      encodeRingAnswer({ id: node.id, ready: isReady(), news: ring.news(load(), nowMs) }),
    );
  }

  #learn(news: readonly News[]): void {
    const { ring } = this.#init;
    ring.learn(news, this.#nowMs());
    // Of those that another one stands in for, only the news tells that they are back.
    for (const sibling of ring.before)
      if (sibling.newsAtMs > sibling.deadSinceMs && !this.#standsInFor.has(sibling)) sibling.dead = false;
  }

  #payload(): Uint8Array {
    const { node, key, ring, load } = this.#init;
    return encodeRing(node.id, key, ring.news(load(), this.#nowMs()));
  }

  #checkLater(sibling: Sibling): void {
    const { bootstrap_health_check_interval: interval } = this.#init.settings();
    sibling.checkAtMs = this.#nowMs() + interval * 1000;
  }

  #nowMs(): number {
    return this.#init.node.parts.clock.now();
  }
}
