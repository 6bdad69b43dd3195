import type { Tier } from '../control/api.js';
import type { Contact } from '../kademlia/contact.js';
import { pause } from '../kademlia/pause.js';
import type { NodeEvent } from '../node-part.js';
import { backOffMs } from './back-off.js';
import type { Outcome } from './bootstrap-client.js';
import type { Candidate } from './candidates.js';
import { attachFirst, isTaken } from './first-attach.js';
import { Search, type SearchInit } from './search.js';
import { createSelection } from './selection.js';

/** A lease is asked for in full now and then: the answer names others of the tier, and both know of changes. */
const FULL_RENEWAL_MS = 60_000;
/** Before a parent that takes only so many back in a second is asked again: this, and up to twice as much more. */
const RETURN_AGAIN_MS = 2000;

export interface AttachmentInit extends SearchInit {
  emit: (event: NodeEvent) => void;
  /** Told when the parent has changed. */
  onChange: () => void;
}

/**
 * The bootstrap node that a node is attached to: keeps the lease, notices when it dies, finds another one of its
 * tier, and goes back when it has returned.
 */
export class Attachment {
  readonly #init: AttachmentInit;
  readonly #search: Search;
  #current: Candidate | undefined;
  #parent: Contact | undefined;
  /** The parent knows nothing of leases: a ping now and then has to do. */
  #legacy = false;
  /** It lost the parent that its plan gives it, and goes back when it can. */
  #displaced = false;
  /** Its plan has changed: it goes to its new parent as soon as that takes it. */
  #moving = false;
  #busy = false;
  #lastTier: Tier | undefined;
  #unreadySinceMs: number | undefined;
  #renewInFullAtMs = 0;
  #checkLegacyAtMs = 0;
  #goHomeAtMs = 0;

  constructor(init: AttachmentInit) {
    this.#init = init;
    this.#search = new Search(init);
  }

  get parent(): Contact | undefined {
    return this.#parent;
  }

  /** The parent as a candidate. */
  get candidate(): Candidate | undefined {
    return this.#current;
  }

  /**
   * Attaches for the first time: to the planned parent, or in further attempts to others.
   *
   * @param attempts each after a pause that doubles
   * @returns undefined when none took the node
   */
  async first(attempts: number, signal: AbortSignal): Promise<Contact | undefined> {
    const { node, client, candidates, settings } = this.#init;
    const { clock, random } = node.parts;
    for (let attempt = 0; attempt < attempts && !signal.aborted; attempt++) {
      if (attempt > 0) await this.#backOff(attempt, signal);
      const { enable_bootstrap_fallback: fallback, bootstrap_selection_strategy: strategy } = settings();
      const connectionTimeoutMs = settings().bootstrap_connection_timeout * 1000;
      const rest = candidates.planned.slice(1);
      const other = attempt > 0 && fallback && createSelection(strategy, rest, random).select();
      const candidate = other || candidates.home;
      if (!candidate) return undefined;
      const others = [...candidates.planned, ...candidates.siblings].filter((each) => each !== candidate);
      const times = { client, clock, connectionTimeoutMs };
      let outcome = await attachFirst(times, candidate, fallback ? others : [], signal);
      const wasFull = outcome?.status === 'full';
      if (wasFull) outcome = fallback ? await this.#search.seek(candidate.tier) : undefined;
      if (!outcome || signal.aborted) continue;
      this.#adopt(outcome);
      // A parent that is full is no home to come back to: it would only be full again.
      this.#displaced = outcome.candidate !== candidates.home && !wasFull;
      return outcome.contact;
    }
    return undefined;
  }

  /** To be called every few seconds, at a time that differs from node to node. */
  tick(): void {
    if (!this.#busy && !this.#init.signal.aborted) void this.#turn();
  }

  /** The candidates have changed. */
  planChanged(): void {
    const { home } = this.#init.candidates;
    if (!home || home === this.#current) return;
    this.#displaced = true;
    this.#moving = true;
    this.#goHomeAtMs = 0;
    this.tick();
  }

  /** Ends the lease. */
  release(): void {
    if (this.#current && !this.#legacy) this.#init.client.release(this.#current);
    this.#current = undefined;
  }

  async #turn(): Promise<void> {
    const { signal } = this.#init;
    this.#busy = true;
    try {
      if (!this.#current) await this.#reattach();
      else if (this.#legacy) await this.#checkLegacy();
      else await this.#renew();
      if (!signal.aborted) await this.#goHome();
      if (!signal.aborted) await this.#checkOne();
    } finally {
      this.#busy = false;
    }
  }

  async #renew(): Promise<void> {
    const { client, signal, settings } = this.#init;
    const current = this.#current as Candidate;
    const nowMs = this.#nowMs();
    const inFull = nowMs >= this.#renewInFullAtMs;
    const outcome = await client.askInsistently(current, inFull ? 'attach' : 'renew', signal);
    if (signal.aborted) return;
    if (!outcome) return this.#lose('it does not answer');
    this.#parent = outcome.contact;
    if (outcome.status !== 'not-ready') this.#unreadySinceMs = undefined;
    switch (outcome.status) {
      case 'granted':
        if (inFull) this.#renewInFullLater();
        return;
      case 'unknown':
        this.#renewInFullAtMs = 0;
        return this.#renew();
      case 'move':
        return this.#move(outcome.named);
      case 'not-ready':
        this.#unreadySinceMs ??= nowMs;
        if (nowMs - this.#unreadySinceMs < settings().bootstrap_connection_timeout * 1000) return;
        return this.#lose('it has not joined again');
      case 'full':
        return this.#lose('it forgot its lease and is full', true);
      case 'refused':
        return this.#lose('it belongs to another network now');
    }
  }

  /** @returns when it is attached again */
  async #lose(why: string, isFull = false): Promise<void> {
    const { node, candidates, emit, onChange } = this.#init;
    const lost = this.#current as Candidate;
    if (this.#parent && !lost.healthy) node.doubt(this.#parent);
    this.#current = undefined;
    this.#parent = undefined;
    this.#unreadySinceMs = undefined;
    if (lost === candidates.home) this.#displaced = !isFull;
    emit({ type: 'orphaned', message: `its bootstrap node is lost: ${why}`, peer: lost.place });
    onChange();
    await this.#reattach();
  }

  async #reattach(): Promise<void> {
    const { node, signal, emit } = this.#init;
    for (let attempt = 0; !signal.aborted; attempt++) {
      if (attempt > 0) await this.#backOff(attempt, signal);
      const outcome = await this.#search.seek(this.#lastTier);
      if (signal.aborted) return;
      if (!outcome) continue;
      this.#adopt(outcome);
      emit({ type: 'attached', message: 'it has another bootstrap node', peer: outcome.candidate.place });
      // Through the new one it meets those from whom it may be cut off.
      void node.lookup(node.id, { seeds: [outcome.contact], signal });
      return;
    }
  }

  /** Its bootstrap node has too many: it goes to one of those named, if that takes it. */
  async #move(named: readonly Candidate[]): Promise<void> {
    const outcome = await this.#search.moveTo(named);
    if (outcome && !this.#init.signal.aborted) this.#switchTo(outcome, 'it was asked to move');
  }

  /** Back to the parent of its plan. */
  async #goHome(): Promise<void> {
    const { client, candidates, settings, node } = this.#init;
    const { home } = candidates;
    const nowMs = this.#nowMs();
    if (!this.#displaced || !home || home === this.#current || nowMs < this.#goHomeAtMs) return;
    const outcome = await client.ask(home, 'return');
    if (this.#init.signal.aborted) return;
    if (outcome && isTaken(outcome)) return this.#switchTo(outcome, 'its own bootstrap node is back');
    const randomly = node.parts.random.float();
    if (outcome?.status === 'later') this.#goHomeAtMs = nowMs + RETURN_AGAIN_MS * (1 + 2 * randomly);
    else if (!this.#moving)
      this.#goHomeAtMs = nowMs + settings().bootstrap_health_check_interval * 1000 * (0.5 + randomly);
  }

  /** One candidate that was unhealthy for a while. */
  async #checkOne(): Promise<void> {
    const due = this.#init.candidates.due(this.#nowMs());
    if (due) await this.#init.client.ask(due, 'ask');
  }

  async #checkLegacy(): Promise<void> {
    const { client, settings, signal } = this.#init;
    const current = this.#current as Candidate;
    if (this.#nowMs() < this.#checkLegacyAtMs) return;
    this.#checkLegacyLater();
    const { bootstrap_failure_threshold: threshold } = settings();
    for (let number = 0; number < threshold && !signal.aborted; number++) {
      const outcome = await client.ask(current, 'attach');
      if (!outcome) continue;
      if (outcome.status !== 'legacy' && isTaken(outcome)) this.#adopt(outcome);
      return;
    }
    if (!signal.aborted) await this.#lose('it does not answer');
  }

  #switchTo(outcome: Outcome, why: string): void {
    const { emit, client } = this.#init;
    const before = this.#current;
    if (before === outcome.candidate) return;
    this.#adopt(outcome);
    if (before) client.release(before);
    emit({ type: 'attached', message: why, peer: outcome.candidate.place });
  }

  #adopt({ candidate, contact, status }: Outcome): void {
    const { candidates, settings, node, onChange } = this.#init;
    this.#current = candidate;
    this.#parent = contact;
    this.#legacy = status === 'legacy';
    this.#lastTier = candidate.tier;
    this.#renewInFullLater();
    this.#checkLegacyLater();
    const intervalMs = settings().bootstrap_health_check_interval * 1000;
    this.#goHomeAtMs = this.#nowMs() + intervalMs * (0.5 + node.parts.random.float());
    if (candidate === candidates.home) {
      this.#displaced = false;
      this.#moving = false;
    }
    onChange();
  }

  #renewInFullLater(): void {
    const { random } = this.#init.node.parts;
    this.#renewInFullAtMs = this.#nowMs() + FULL_RENEWAL_MS * (0.75 + random.float() / 2);
  }

  #checkLegacyLater(): void {
    const { bootstrap_health_check_interval: interval } = this.#init.settings();
    this.#checkLegacyAtMs = this.#nowMs() + interval * 1000;
  }

  #backOff(attempt: number, signal: AbortSignal): Promise<void> {
    const { node, settings } = this.#init;
    const delayMs = backOffMs(settings(), attempt);
    return pause(node.parts.clock, delayMs, signal);
  }

  #nowMs(): number {
    return this.#init.node.parts.clock.now();
  }
}
